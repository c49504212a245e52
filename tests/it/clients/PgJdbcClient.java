// PgJDBC: metadata, parameters in text and binary, fetch size, updates, errors, time-out, cancel.
// Run as a single file: java -cp postgresql.jar PgJdbcClient.java

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

public class PgJdbcClient {
    static final String ENDLESS =
        "SELECT count(*) FROM generate_series(1, 100000) AS a, generate_series(1, 100000) AS b";

    static void expect(Object found, Object wanted, String what) {
        if (!Objects.equals(found, wanted)) {
            throw new AssertionError(what + ": " + found + " instead of " + wanted);
        }
        System.out.println("ok " + what);
    }

    interface Work {
        void run() throws SQLException;
    }

    static void refused(Work work, String state, String what) {
        try {
            work.run();
        } catch (SQLException error) {
            expect(error.getSQLState(), state, what);
            return;
        }
        throw new AssertionError(what + ": not refused");
    }

    static List<String> column(ResultSet rows, String name) throws SQLException {
        List<String> values = new ArrayList<>();
        while (rows.next()) {
            values.add(rows.getString(name));
        }
        rows.close();
        return values;
    }

    static Object single(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getObject(1);
        }
    }

    public static void main(String[] arguments) throws Exception {
        String url = "jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT")
            + "/" + System.getenv("PGDATABASE");
        Properties properties = new Properties();
        properties.put("user", System.getenv("PGUSER"));
        properties.put("password", System.getenv("PGPASSWORD"));
        try (Connection connection = DriverManager.getConnection(url, properties)) {
            System.out.println("client PgJDBC " + connection.getMetaData().getDriverVersion());
            expect(connection.isValid(5), true, "isValid");
            metadata(connection.getMetaData());
            parameters(connection);
            portions(connection);
            changes(connection);
            errors(connection);
        }
    }

    static void metadata(DatabaseMetaData data) throws SQLException {
        expect(data.getDatabaseProductName(), "PostgreSQL", "product name");
        String[] kinds = {"TABLE", "VIEW"};
        expect(column(data.getTables(null, "public", "%", kinds), "TABLE_NAME"),
            List.of("customers", "orders", "revenue"), "getTables");
        expect(column(data.getColumns(null, "public", "customers", "%"), "COLUMN_NAME"),
            List.of("id", "name", "country"), "getColumns");
        expect(column(data.getSchemas(), "TABLE_SCHEM").contains("public"), true, "getSchemas");
    }

    static void parameters(Connection connection) throws SQLException {
        String sql = "SELECT count(*) FROM orders WHERE id > ? AND state = ? AND amount < ? AND score > ? "
            + "AND ordered_on <= ? AND created_at >= ? AND paid = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            // After five runs the driver prepares on the server and changes to binary.
            for (int run = 0; run < 8; run++) {
                statement.setLong(1, 10);
                statement.setString(2, "paid");
                statement.setBigDecimal(3, new BigDecimal("100.00"));
                statement.setDouble(4, 0.5);
                statement.setObject(5, LocalDate.of(2024, 1, 1));
                statement.setObject(6, OffsetDateTime.of(2023, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC));
                statement.setBoolean(7, true);
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    if (rows.getLong(1) != 52) {
                        throw new AssertionError("run " + run + ": " + rows.getLong(1));
                    }
                }
            }
            System.out.println("ok parameters in text and binary");
        }
        try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM orders WHERE id = ?")) {
            expect(statement.getMetaData().getColumnCount(), 8, "columns known before the run");
            for (int run = 0; run < 8; run++) {
                statement.setLong(1, 4);
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    boolean right = rows.getLong("id") == 4 && rows.getString("state").equals("open")
                        && rows.getBigDecimal("amount").equals(new BigDecimal("5.00"))
                        && rows.getDouble("score") == 0.5 && !rows.getBoolean("paid")
                        && rows.getObject("ordered_on", LocalDate.class).equals(LocalDate.of(2024, 1, 1))
                        && rows.getObject("created_at", OffsetDateTime.class).toEpochSecond() == 1704067200L;
                    if (!right) {
                        throw new AssertionError("run " + run + " read other values");
                    }
                }
            }
            System.out.println("ok every type of a row in text and binary");
        }
    }

    static void portions(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement("SELECT id FROM orders ORDER BY id")) {
            statement.setFetchSize(50);
            int count = 0;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    count++;
                }
            }
            expect(count, 1000, "a fetch size");
        }
        connection.commit();
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.setMaxRows(10);
            expect(column(statement.executeQuery("SELECT id FROM orders ORDER BY id"), "id").size(), 10, "maxRows");
        }
    }

    static void changes(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE from_jdbc (id bigint, name text)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO from_jdbc VALUES (?, ?)")) {
                for (int id = 0; id < 5; id++) {
                    insert.setLong(1, id);
                    insert.setString(2, id % 2 == 0 ? null : "row " + id);
                    insert.addBatch();
                }
                expect(insert.executeBatch().length, 5, "a batch of inserts");
            }
            expect(statement.executeUpdate("UPDATE from_jdbc SET name = 'x' WHERE name IS NULL"), 3, "executeUpdate");
            expect(single(connection, "SELECT count(*) FROM from_jdbc WHERE name = 'x'"), 3L, "rows after the changes");
            statement.execute("SELECT 1; SELECT 2");
            statement.getMoreResults();
            statement.getResultSet().next();
            System.out.println("ok two statements in one text");
        }
    }

    static void errors(Connection connection) throws SQLException {
        refused(() -> single(connection, "SELECT * FROM no_such_table"), "42P01", "an unknown table");
        refused(() -> single(connection, "SELECT 1 / 0"), "22012", "division by zero");
        refused(() -> {
            try (Statement statement = connection.createStatement()) {
                statement.setQueryTimeout(1);
                statement.executeQuery(ENDLESS);
            }
        }, "57014", "a query time-out");
        connection.setAutoCommit(false);
        Savepoint savepoint = connection.setSavepoint("before");
        refused(() -> single(connection, "SELECT 1 / 0"), "22012", "an error in a transaction");
        connection.rollback(savepoint);
        expect(single(connection, "SELECT 'alive'"), "alive", "a savepoint");
        connection.rollback();
        connection.setAutoCommit(true);
    }
}
