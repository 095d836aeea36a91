/* Every customer with the forecast of their history: forecasts has one row per distinct history.
   Expected spend is that of the spend model, from the repeat purchases, or the average order. */
SELECT
    n.name AS customer,
    h.frequency + 1 AS purchases,
    h.last_purchase,
    h.frequency,
    CAST(h.recency_days AS DOUBLE) / :days_in_period AS recency,
    CAST(h.age_days AS DOUBLE) / :days_in_period AS age,
    f.p_alive,
    f.expected_purchases,
    f.spend_base + f.spend_weight * h.monetary_value
    + f.order_weight * h.total_value / (h.frequency + 1) AS expected_spend,
    f.discounted_margins * (
        f.spend_base + f.spend_weight * h.monetary_value
        + f.order_weight * h.total_value / (h.frequency + 1)
    ) AS clv,
    f.p_buys,
    f.next_purchase,
    CAST(f.purchases_low AS BIGINT) AS purchases_low,
    CAST(f.purchases_high AS BIGINT) AS purchases_high
FROM histories AS h
INNER JOIN forecasts AS f
    ON h.frequency = f.frequency AND h.recency_days = f.recency_days AND h.age_days = f.age_days
INNER JOIN names AS n ON h.customer = n.customer
