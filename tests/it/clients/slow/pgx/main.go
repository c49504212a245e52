// pgx: values of every type, parameters, batches, COPY both ways, errors, cancel, blocks; by both protocols.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgconn"
	"github.com/jackc/pgx/v4"
)

var ctx = context.Background()

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func expect(found, wanted interface{}, what string) {
	if fmt.Sprint(found) != fmt.Sprint(wanted) {
		must(fmt.Errorf("%s: %v instead of %v", what, found, wanted))
	}
	fmt.Println("ok", what)
}

func refused(err error, code, what string) {
	var told *pgconn.PgError
	if !errors.As(err, &told) || told.Code != code {
		must(fmt.Errorf("%s: %v", what, err))
	}
	fmt.Println("ok", what)
}

func run(settings *pgx.ConnConfig, way string) {
	c, err := pgx.ConnectConfig(ctx, settings)
	must(err)
	defer c.Close(ctx)
	must(c.Ping(ctx))
	fmt.Println("ok ping,", way)

	rows, err := c.Query(ctx, "SELECT id, state, amount, score, paid, ordered_on, created_at FROM orders ORDER BY id")
	must(err)
	count := 0
	for rows.Next() {
		_, err := rows.Values()
		must(err)
		count++
	}
	must(rows.Err())
	expect(count, 1000, "every column as a Go value, "+way)

	var on, at time.Time
	var score float64
	must(c.QueryRow(ctx, "SELECT ordered_on, created_at, score FROM orders WHERE id = 4").Scan(&on, &at, &score))
	first := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	expect([]interface{}{on.Equal(first), at.Equal(first), score}, []interface{}{true, true, 0.5}, "dates and numbers, "+way)

	var n int64
	sql := "SELECT count(*) FROM orders WHERE id > $1 AND state = $2 AND created_at >= $3 AND amount < $4"
	must(c.QueryRow(ctx, sql, 10, "paid", first, 100.5).Scan(&n))
	expect(n, 52, "parameters, "+way)
	must(c.QueryRow(ctx, "SELECT count(*) FROM orders WHERE state = ANY($1)", []string{"open", "x"}).Scan(&n))
	expect(n, 250, "an array as parameter, "+way)

	_, err = c.Exec(ctx, "SELECT * FROM nope")
	refused(err, "42P01", "an error's code, "+way)
	soon, stop := context.WithTimeout(ctx, 300*time.Millisecond)
	defer stop()
	other, err := pgx.ConnectConfig(ctx, settings)
	must(err)
	started := time.Now()
	_, err = other.Exec(soon, "SELECT count(*) FROM generate_series(1, 100000) AS a, generate_series(1, 100000) AS b")
	expect([]bool{err != nil, time.Since(started) < 3*time.Second}, []bool{true, true}, "a deadline ends a query, "+way)

	_, err = c.Exec(ctx, "CREATE TABLE made_by_pgx (id bigint, word text, at timestamptz)")
	must(err)
	block, err := c.Begin(ctx)
	must(err)
	_, err = block.Exec(ctx, "INSERT INTO made_by_pgx VALUES ($1, $2, $3)", 1, "one", first)
	must(err)
	must(block.Rollback(ctx))
	must(c.QueryRow(ctx, "SELECT count(*) FROM made_by_pgx").Scan(&n))
	expect(n, 0, "a block that is taken back, "+way)

	var batch pgx.Batch
	for id := 0; id < 5; id++ {
		batch.Queue("INSERT INTO made_by_pgx VALUES ($1, $2, $3)", id, fmt.Sprint("word ", id), first)
	}
	must(c.SendBatch(ctx, &batch).Close())
	must(c.QueryRow(ctx, "SELECT count(*) FROM made_by_pgx").Scan(&n))
	expect(n, 5, "a batch, "+way)

	var source [][]interface{}
	for id := 0; id < 2000; id++ {
		source = append(source, []interface{}{int64(id), fmt.Sprint("word ", id), first})
	}
	copied, err := c.CopyFrom(ctx, pgx.Identifier{"made_by_pgx"}, []string{"id", "word", "at"}, pgx.CopyFromRows(source))
	must(err)
	expect(copied, 2000, "COPY in, binary, "+way)
	for _, form := range []string{"text", "csv", "binary"} {
		var out bytes.Buffer
		_, err = c.PgConn().CopyTo(ctx, &out, "COPY made_by_pgx TO STDOUT WITH (FORMAT "+form+")")
		must(err)
		_, err = c.Exec(ctx, "TRUNCATE made_by_pgx")
		must(err)
		tag, err := c.PgConn().CopyFrom(ctx, &out, "COPY made_by_pgx FROM STDIN WITH (FORMAT "+form+")")
		must(err)
		expect(tag.RowsAffected(), 2005, "COPY out and in, "+form+", "+way)
	}
	_, err = c.Exec(ctx, "DROP TABLE made_by_pgx")
	must(err)
}

func main() {
	settings, err := pgx.ParseConfig("")
	must(err)
	fmt.Println("client pgx v4", os.Getenv("PGX_VERSION"))
	run(settings, "extended protocol")
	settings.PreferSimpleProtocol = true
	run(settings, "simple protocol")
}
