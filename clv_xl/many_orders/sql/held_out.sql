/* The histories up to the split, and the purchases after it, by which models are tested. */
SELECT
    h.early_frequency AS history_frequency,
    h.early_recency_days AS history_recency_days,
    h.early_age_days AS history_age_days,
    h.frequency - h.early_frequency AS purchases,
    COUNT(*) AS customers,
    SUM(h.early_log_gaps) AS history_log_gaps
FROM histories AS h
WHERE h.early_recency_days IS NOT NULL
GROUP BY
    h.early_frequency, h.early_recency_days, h.early_age_days, h.frequency - h.early_frequency
