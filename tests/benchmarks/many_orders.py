"""Orders beyond a sheet, timed against DuckDB's own group-by of the same file.

python tests/benchmarks/many_orders.py FOLDER [MILLIONS...]: makes so many million orders of a tenth
as many customers in the folder, by a seeded generator in DuckDB itself, and prints for each task
the seconds, the seconds of processors, the peak of memory, and the ratio to the group-bys. Each
task runs alone in a process of its own, with 2 threads and 4 GB.
"""

# ruff: noqa: T201 - what one runs it for

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

import duckdb

from clv_xl.many_orders import scoring, to_file

MEMORY = 4 * 2**30
MILLION = 1_000_000
GENERATOR = """
COPY (
    WITH draws AS (
        SELECT
            i,
            CAST(FLOOR({customers} * POW((HASH(i) % 1000003) / 1000003.0, 1.3)) AS BIGINT) AS number
        FROM RANGE({orders}) AS t(i)
    )
    SELECT
        'C-' || number AS customer,
        TIMESTAMP '2023-01-01' + INTERVAL 1 MINUTE * CAST(
            1440 * (HASH(number + 3) % 500)
            + 1440 * 595 * POW((HASH(number + 5) % 1000) / 1000.0, 2)
                * (HASH(i + 7) % 100003) / 100003
            AS BIGINT
        ) AS date,
        ROUND(10 + (HASH(number + 11) % 40) * (HASH(i + 13) % 9000) / 1000.0, 2)
            * (CASE WHEN HASH(i + 17) % 50 = 0 THEN -1 ELSE 1 END) AS amount
    FROM draws
) TO '{path}' (FORMAT parquet)
"""
BY_CUSTOMER = (
    "SELECT customer, COUNT(*), SUM(amount), MIN(date), MAX(date) FROM '{path}' GROUP BY 1"
)
BY_DAY = "SELECT customer, CAST(date AS DATE) AS day, SUM(amount) FROM '{path}' GROUP BY 1, 2"
TASKS = ("by customer", "by customer and day", "summarise", "score NBD", "score Automatic")


def generate(path: Path, orders: int) -> None:
    with duckdb.connect() as connection:
        text = GENERATOR.format(customers=orders // 10, orders=orders, path=path)
        connection.execute(f"SET memory_limit = '2GB'; SET threads = 2; {text}")


def run(task: str, path: Path) -> None:
    """Do one task, and print its figures: seconds, seconds of processors, MB."""
    start, target = time.perf_counter(), path.with_name("result.parquet")
    room = to_file.Room(MEMORY, path.parent)
    if task.startswith("by"):
        query = (BY_DAY if "day" in task else BY_CUSTOMER).format(path=path)
        with duckdb.connect(str(path.with_name("own.duckdb"))) as connection:
            settings = "SET memory_limit = '4GB'; SET threads = 2; "
            connection.execute(settings + "SET preserve_insertion_order = false")
            connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet)")
    elif task == "summarise":
        to_file.summarise(to_file.Orders(str(path)), target, room=room)
    else:
        settings = scoring.Settings(model=task.partition(" ")[2], gross_margin=0.45)
        to_file.score(to_file.Orders(str(path)), target, settings, room=room)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def main(folder: Path, sizes: list[int]) -> None:
    for size in sizes:
        path = folder / f"orders_{size}.parquet"
        if not path.exists():
            generate(path, size * MILLION)
        print(f"{size} million orders, {path.stat().st_size / 1e6:,.0f} MB")
        base: list[float] = []
        for task in TASKS:
            command = [sys.executable, __file__, "--task", task, str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            seconds, processors, memory = map(float, done.stdout.split())
            base += [processors] if len(base) < 2 else []
            ratios = "  ".join(f"{processors / one:5.2f}" for one in base)
            print(f"{task:22} {seconds:8.1f} s {processors:8.1f} s {memory:7,.0f} MB  {ratios}")


if __name__ == "__main__":
    if sys.argv[1] == "--task":
        run(sys.argv[2], Path(sys.argv[3]))
    else:
        main(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]] or [1, 10, 100])
