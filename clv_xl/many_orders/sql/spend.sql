/* What the model of spend is fitted to. */
SELECT h.frequency, h.monetary_value, COUNT(*) AS customers
FROM histories AS h
WHERE h.frequency > 0
GROUP BY h.frequency, h.monetary_value
