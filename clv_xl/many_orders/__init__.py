"""Orders beyond a sheet: customers' histories by SQL, in the engine that holds the orders.

The statements stand in `sql/`, each once, in DuckDB's dialect. `customers.sql` goes from orders to
customers by the rules of RFM_SUMMARY; its parts are tables of their own in DuckDB and Spark, and
one statement in print. `scoring` fits the models to the counts of equal histories, which are few,
and forecasts each distinct history once.
"""
