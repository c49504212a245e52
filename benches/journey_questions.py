"""The journey questions of the marketing workload, asked through our functions.

Each gives the rows and columns of the workload's SQL, or says what of the peer's answer it gives.
"""

import numpy
import pyarrow as pa

CONVERSIONS = "(SELECT DISTINCT order_id, customer_id, ts, revenue FROM orders WHERE revenue > 0)"
TOUCHES = """(SELECT customer_id, ts, touch_id, channel FROM touchpoints
  WHERE channel IS NOT NULL AND event_type IN ('impression', 'page_view'))"""
STATES = "(SELECT customer_id, ts, touch_id, channel FROM touchpoints WHERE channel IS NOT NULL AND event_type <> 'purchase')"
PURCHASES = "(SELECT customer_id, ts FROM touchpoints WHERE event_type = 'purchase')"
STEPS = ("page_view", "product_view", "add_to_cart", "purchase")
STEP_LIST = "ARRAY[" + ", ".join(f"'{step}'" for step in STEPS) + "]"
MODELS = ("first_touch", "last_touch", "linear", "time_decay", "position_based")
MODEL_LIST = "ARRAY[" + ", ".join(f"'{model}'" for model in MODELS) + "]"
JOURNEY = "customer => 'customer_id', ts => 'ts', tiebreak => 'touch_id', channel => 'channel'"
MARKOV = f"{JOURNEY}, lookback => INTERVAL '36500 days', restart => true"

JOURNEYS = f"""SELECT customer_id, journey_agg(ts, event, channel, value) AS journey FROM (
  SELECT customer_id, ts, event_type AS event, channel, NULL AS value FROM touchpoints
  UNION ALL SELECT customer_id, ts, 'order', NULL, revenue FROM {CONVERSIONS} AS orders) AS events
GROUP BY customer_id"""


def by_model(column):
    return ", ".join(f"sum({column}) FILTER (WHERE model = '{model}') AS {model}" for model in MODELS)


def entered(levels):
    """Customers at each step, of customers by the last step they made."""
    level, customers = (levels.column(place).to_numpy() for place in range(2))
    return pa.table({"step": range(1, len(STEPS) + 1), "n": [int(customers[level >= step].sum()) for step in range(1, len(STEPS) + 1)]})


def solved(counts):
    """Conversions by channel, of counted transitions: a dense solution, one channel removed at a time."""
    edges = {(source, target): n for source, target, n in zip(*(column.to_pylist() for column in counts.columns))}
    channels = sorted({source for source, _ in edges if not source.startswith("(")})
    number = {channel: place for place, channel in enumerate(channels)}
    step, start, converts, total = numpy.zeros((len(channels),) * 2), numpy.zeros(len(channels)), numpy.zeros(len(channels)), numpy.zeros(len(channels))
    for (source, target), n in edges.items():
        if source == "(start)":
            if target in number:
                start[number[target]] = n
            continue
        total[number[source]] += n
        if target in number:
            step[number[source], number[target]] = n
        elif target == "(conv)":
            converts[number[source]] = n

    def converted(kept):
        chances = numpy.linalg.solve(numpy.eye(len(channels)) - step / total[:, None] * kept, converts / total)
        return (start * kept * chances).sum()

    every = converted(numpy.ones(len(channels)))
    effects = []
    for place in range(len(channels)):
        kept = numpy.ones(len(channels))
        kept[place] = 0
        effects.append(1 - converted(kept) / every)
    credit = numpy.array(effects) / sum(effects) * converts.sum()
    return pa.table({"channel": channels, "conversions": credit})


# Name of the question, the workload's query, our SQL, and what makes the peer's answer ours; `None`: it is the same.
RAW = [
    ("five models of attribution", "q01_attribution5", f"""
SELECT channel, max(touches) AS touches, {by_model('value')}
FROM attribution_compare({TOUCHES}, {CONVERSIONS}, {JOURNEY}, value => 'revenue', models => {MODEL_LIST})
WHERE channel <> '(unattributed)' GROUP BY channel ORDER BY channel""", None),
    ("Markov transitions", "q02_markov_transitions", f"""
SELECT src, replace(dst, '(conversion)', '(conv)') AS dst, n
FROM journey_edges({STATES}, {PURCHASES}, {MARKOV}) WHERE src <> dst ORDER BY 1, 2""", None),
    ("Markov, counted and solved", "q02_markov_transitions", f"""
SELECT channel, conversions FROM attribution_compare({STATES}, {PURCHASES}, {MARKOV}, models => ARRAY['markov'])
WHERE channel <> '(unattributed)' ORDER BY channel""", solved),
    ("funnel: window_funnel", "q03_funnel4_7d", f"""
SELECT level, count(*) AS customers FROM (
  SELECT window_funnel(INTERVAL '7 days', 'default', ts, {', '.join(f"event_type = '{step}'" for step in STEPS)}) AS level
  FROM touchpoints WHERE event_type IN ({', '.join(f"'{step}'" for step in STEPS)}) GROUP BY customer_id) AS customers
GROUP BY level ORDER BY level""", None),
    ("funnel: funnel", "q03_funnel4_7d", f"""
SELECT step, entered FROM funnel((SELECT customer_id, ts, event_type FROM touchpoints
    WHERE event_type IN ({', '.join(f"'{step}'" for step in STEPS)})),
  customer => 'customer_id', ts => 'ts', event => 'event_type', steps => {STEP_LIST}, window => INTERVAL '7 days')
ORDER BY step""", entered),
    ("weekly retention", "q04_retention_weekly", """
SELECT cohort, period AS k, active AS customers
FROM cohort_retention(touchpoints, customer => 'customer_id', ts => 'ts', unit => 'week', until => '2030-01-01')
WHERE period <= 12 AND active > 0 ORDER BY cohort, k""", None),
    ("sessions", "q08_sessionise_30m", """
SELECT date_trunc('month', session_start)::date AS mth, count(*) AS sessions, sum(events)::bigint AS events,
       sum(seconds) AS seconds, count(*) FILTER (WHERE events = 1) AS bounces
FROM sessions(touchpoints, customer => 'customer_id', ts => 'ts', gap => INTERVAL '30 minutes')
GROUP BY 1 ORDER BY 1""", None),
    ("paths to conversions", "q09_top_paths", f"""
SELECT path, n AS conversions, value AS revenue
FROM conversion_paths({TOUCHES}, {CONVERSIONS}, {JOURNEY}, value => 'revenue', collapse => 'repeat')
WHERE path <> '(unattributed)' ORDER BY conversions DESC, path LIMIT 50""", None),
]

# A customer's rows, which no function of ours answers better than SQL.
LOOK_UP = ("one customer's journey", "q13_journey_lookup", None, None)

STORED = [
    ("attribution from states", "q01_attribution5", f"""
SELECT c['channel'] AS channel, max(c['touches']) AS touches, {by_model("c['value']").replace("WHERE model", "WHERE c['model']")}
FROM (SELECT unnest(attribution_from(journey, 'order', 'all', touches => ARRAY['impression', 'page_view'])) AS c FROM journeys) AS credits
WHERE c['channel'] <> '(unattributed)' GROUP BY 1 ORDER BY 1""", None),
    ("funnel from states", "q03_funnel4_7d", f"""
SELECT s['step'] AS step, s['entered'] AS entered
FROM (SELECT unnest(funnel_from(journey, INTERVAL '7 days', {STEP_LIST})) AS s FROM journeys) AS steps ORDER BY 1""", entered),
    ("retention from states", "q04_retention_weekly", """
SELECT c['cohort'] AS cohort, c['later'] AS k, c['active'] AS customers
FROM (SELECT unnest(retention_from(journey, 'week', 12)) AS c FROM journeys) AS cells ORDER BY 1, 2""", None),
]
