/* How many customers have the same history: all that the models of purchases are fitted to. */
SELECT
    h.frequency,
    h.recency_days,
    h.age_days,
    COUNT(*) AS customers,
    SUM(h.log_gaps) AS log_gaps
FROM histories AS h
GROUP BY h.frequency, h.recency_days, h.age_days
