/* From orders to customers. Each part reads those above it; source has one row per order:
   customer (as written), day, amount (NULL where it cannot be read), order_number. */
WITH
/* How often each customer is written in which way. Few rows beside the orders, so names are
   compared here. */
spellings AS (
    SELECT
        customer AS spelling,
        COUNT(*) AS row_count,
        COUNT(CASE WHEN day IS NOT NULL AND amount IS NOT NULL THEN 1 END) AS readable,
        MIN(CASE WHEN day IS NOT NULL AND amount IS NOT NULL THEN day END) AS first_day,
        MAX(CASE WHEN day IS NOT NULL AND amount IS NOT NULL THEN day END) AS last_day
    FROM source
    GROUP BY customer
),
named AS (
    SELECT
        spelling, row_count, readable, first_day, last_day,
        AS_WRITTEN(spelling) AS name,
        NAME_KEY(spelling) AS name_key
    FROM spellings
),
/* Capitals and blanks aside, one customer; named as first written. */
customers AS (
    SELECT
        spelling, row_count, readable, first_day, last_day,
        CUSTOMER_NUMBER(name_key) AS customer,
        FIRST_VALUE(name) OVER (
            PARTITION BY name_key ORDER BY first_day, name
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS name
    FROM named
    WHERE name_key <> '' AND readable > 0
),
names AS (
    SELECT c.customer, MIN(c.name) AS name
    FROM customers AS c
    GROUP BY c.customer
),
readable_orders AS (
    SELECT c.customer, s.day, s.amount, s.order_number
    FROM source AS s
    INNER JOIN customers AS c ON s.customer = c.spelling
    WHERE s.day IS NOT NULL AND s.amount IS NOT NULL
),
/* A row that repeats the order number, customer and amount of another counts once. */
counted_orders AS (
    SELECT r.customer, MIN(r.day) AS day, r.amount
    FROM readable_orders AS r
    WHERE NAME_KEY(r.order_number) <> ''
    GROUP BY r.customer, r.amount, NAME_KEY(r.order_number)
    UNION ALL
    SELECT r.customer, r.day, r.amount
    FROM readable_orders AS r
    WHERE COALESCE(NAME_KEY(r.order_number), '') = ''
),
/* Orders of one day are one purchase; a day whose amounts sum below 0 (returns) is none. Amounts
   that cancel may sum to a rounding error of either sign, which means 0. */
purchase_days AS (
    SELECT
        customer,
        day,
        CASE WHEN ABS(SUM(amount)) < 1e-12 * SUM(ABS(amount)) THEN 0.0 ELSE SUM(amount) END
            AS value
    FROM counted_orders
    WHERE day <= :end_date
    GROUP BY customer, day
    HAVING SUM(amount) >= 0 OR ABS(SUM(amount)) < 1e-12 * SUM(ABS(amount))
),
purchases AS (
    SELECT
        customer, day, value,
        LAG(day) OVER (PARTITION BY customer ORDER BY day) AS previous
    FROM purchase_days
),
histories AS (
    SELECT
        customer,
        COUNT(previous) AS frequency,
        DATE_DIFF('day', MIN(day), MAX(day)) AS recency_days,
        DATE_DIFF('day', MIN(day), :end_date) AS age_days,
        COALESCE(
            SUM(CASE WHEN previous IS NOT NULL THEN value END) / NULLIF(COUNT(previous), 0), 0
        ) AS monetary_value,
        COALESCE(
            SUM(LN(CAST(DATE_DIFF('day', previous, day) AS DOUBLE) / :days_in_period)), 0
        ) AS log_gaps,
        SUM(value) AS total_value,
        MAX(day) AS last_purchase,
        /* The same up to the day before the split, by which models are tested. */
        COUNT(CASE WHEN day < :split_date THEN previous END) AS early_frequency,
        DATE_DIFF('day', MIN(day), MAX(CASE WHEN day < :split_date THEN day END))
            AS early_recency_days,
        DATE_DIFF('day', MIN(day), :split_date) - 1 AS early_age_days,
        COALESCE(
            SUM(
                CASE
                    WHEN day < :split_date
                        THEN LN(CAST(DATE_DIFF('day', previous, day) AS DOUBLE) / :days_in_period)
                END
            ),
            0
        ) AS early_log_gaps
    FROM purchases
    GROUP BY customer
)
SELECT
    n.name AS customer,
    h.frequency,
    CAST(h.recency_days AS DOUBLE) / :days_in_period AS recency,
    CAST(h.age_days AS DOUBLE) / :days_in_period AS age,
    h.monetary_value,
    h.log_gaps
FROM histories AS h
INNER JOIN names AS n ON h.customer = n.customer
