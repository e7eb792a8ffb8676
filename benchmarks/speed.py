"""Measure the speed of the model and compare each figure with its goal.

    .venv/bin/python benchmarks/speed.py              everything, some minutes
    .venv/bin/python benchmarks/speed.py --quick      fewer rounds
    .venv/bin/python benchmarks/speed.py --only a,d   some lines only
    .venv/bin/python benchmarks/speed.py --json       for machines
    .venv/bin/python benchmarks/speed.py --strict     exit code 1 if a goal is missed

Compared functions run in alternation in one process. Single-threaded work is measured in processor time. Each figure is
the median of the ratios of the rounds. README.md explains each line.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import timing
from benchmarks.timing import Line, at_least, at_most, cpu, interleaved, wall
from redbead.api import run
from redbead.engine.simulate import Plan, advance, initialise, prepare, simulate
from redbead.measures import MEASURES
from redbead.scenario.loader import load
from redbead.scenario.scenario import Scenario

ROOT = Path(__file__).resolve().parents[1]
POSTS = 120


@functools.cache
def baseline(posts: int = POSTS, years: float = 10.0, warm_up: float = 3.0) -> Scenario:
    """Return the shipped baseline with another size or length."""
    return load("baseline").set({"authority.posts": posts, "time.years": years, "time.warm_up_years": warm_up})


@functools.cache
def plan_of(posts: int = POSTS, years: float = 10.0, warm_up: float = 3.0) -> Plan:
    """Return the plan of that scenario."""
    return prepare(baseline(posts, years, warm_up))


def post_weeks(plan: Plan) -> int:
    """Return the posts of a run multiplied by its weeks."""
    return int(plan.template.blocks.base_posts[0]) * (plan.warm_up + plan.weeks)


def kernel_runs(plan: Plan, count: int, *, recording: bool = True) -> Callable[[], None]:
    """Return a function that simulates ``count`` runs, one after the other."""

    def work() -> None:
        for k in range(count):
            simulate(plan, 1 + k, recording=recording)

    return work


def against_reference(rounds: int) -> Iterator[Line]:
    """(a) and (b): a run of 13 years, compared with the weeks of the Mesa implementation without its construction."""
    from benchmarks.mesa_reference import ReferenceService

    plan, batch = plan_of(), 10
    kernel, reference = [], []
    for k in range(rounds):
        model = ReferenceService(baseline(), 1 + k)
        times = interleaved({"reference": model.run_model, "kernel": kernel_runs(plan, batch)}, 1)
        reference.append(times["reference"][0] / post_weeks(plan))
        kernel.append(times["kernel"][0] / batch / post_weeks(plan))
    ns, us = 1e9 * median(kernel), 1e6 * median(reference)
    detail = f"{us:.1f} us and {ns:.0f} ns per post-week"
    faster = timing.ratio(reference, kernel)
    yield at_least("a", "kernel compared with the Mesa implementation", faster, "times", 100, detail)
    detail = f"{1e-6 * ns * post_weeks(plan):.1f} ms per run"
    yield at_most("b", f"{POSTS} posts, 13 years", ns, "ns/post-week", 150, detail)


def flatness(rounds: int) -> Iterator[Line]:
    """(c): five years in larger authorities."""
    sizes = {POSTS: 20, 1200: 3, 12000: 1}
    plans = {posts: plan_of(posts, 4.0, 1.0) for posts in sizes}
    times = interleaved({str(p): kernel_runs(plans[p], n) for p, n in sizes.items()}, rounds)
    each = {p: [t / n / post_weeks(plans[p]) for t in times[str(p)]] for p, n in sizes.items()}
    for posts in (1200, 12000):
        detail = f"{1e9 * median(each[posts]):.0f} and {1e9 * median(each[POSTS]):.0f} ns per post-week"
        what = f"{posts} posts compared with {POSTS}, per post-week"
        yield at_most("c", what, timing.ratio(each[posts], each[POSTS]), "times", 1.30, detail)


def recording(rounds: int) -> Iterator[Line]:
    """(d): recording of all measures compared with none."""
    plan, batch = plan_of(), 10
    works = {"on": kernel_runs(plan, batch), "off": kernel_runs(plan, batch, recording=False)}
    times = interleaved(works, 2 * rounds)
    what = f"all {len(MEASURES)} measures compared with recording off"
    yield at_most("d", what, timing.ratio(times["on"], times["off"]), "times", 1.10)


def threads(rounds: int) -> Iterator[Line]:
    """(e): a batch on one thread and on two, in elapsed time."""
    runs = 32
    works = {str(jobs): functools.partial(run, baseline(), runs=runs, jobs=jobs) for jobs in (1, 2)}
    times = interleaved(works, rounds, wall)
    detail = f"{runs} runs in {median(times['2']):.2f} s instead of {median(times['1']):.2f} s"
    yield at_least("e", "two threads compared with one", timing.ratio(times["1"], times["2"]), "times", 1.6, detail)


def fixed_cost(rounds: int) -> Iterator[Line]:
    """(f): initialise a run and allocate its output, without any week."""
    plan, batch = plan_of(), 50
    seed, shape = np.uint64(1), (plan.weeks, 1, len(MEASURES))

    def work() -> None:
        for k in range(batch):
            world = initialise(plan, k)
            out = np.empty(shape)
            advance(world, plan.schedule.rows, plan.schedule.of_week, seed, 0, 0, plan.warm_up, out)

    work()
    times = [cpu(work) / batch for _ in range(rounds)]
    yield at_most("f", "fixed cost of a run", 1e3 * median(times), "ms", 1.0)


def memory(_rounds: int) -> Iterator[Line]:
    """(g): memory of the tables of one run, and of its output."""
    posts = 1200
    plan = plan_of(posts, 10.0, 3.0)
    world = initialise(plan, 1)
    tables = sum(column.nbytes for table in world for column in table) / posts
    errors = sum(column.nbytes for column in world.errors) / posts
    table = plan.weeks * len(MEASURES) * 8
    detail = f"of which errors {errors:.0f}; the output has {table / posts:.0f} bytes per post"
    yield at_most("g", f"memory of the tables of a run, {posts} posts", tables, "bytes/post", 1600, detail)


def fresh(code: str, cache: str | None = None) -> float:
    """Return the elapsed time of a new process that runs ``code``. [s]"""
    env = dict(os.environ)
    env["PYTHONPATH"] = os.pathsep.join([str(ROOT / "model"), env.get("PYTHONPATH", "")])
    if cache is not None:
        env["REDBEAD_CACHE"] = cache
    command = [sys.executable, "-c", code]
    return wall(lambda: subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL))


def start_up(rounds: int) -> Iterator[Line]:
    """(h): new processes, in elapsed time from the start of Python."""
    first = "import redbead as rb; print(rb.run('baseline', seed=1).weekly)"
    with tempfile.TemporaryDirectory() as cache:
        cold = fresh(first, cache)
        warm = [fresh(first, cache) for _ in range(rounds)]
    yield at_most("h", "cold start to first result, empty cache", cold, "s", 60, "two processes")
    yield at_most("h", "cached start to first result", median(warm), "s", 2.5, "including the data frame")
    bare = median(fresh("pass") for _ in range(rounds))
    imported = median(fresh("import redbead") for _ in range(rounds))
    yield at_most("h", "import redbead", imported, "s", 0.4, f"of which Python itself {bare:.2f} s")


def light_start(rounds: int) -> Iterator[Line]:
    """(o) and (p): processor time of new processes with compiled bytecode and kernels, in alternation."""
    commands = {
        "imports": ("-c", "import pydantic, yaml, typer"),
        "validate": ("-m", "redbead.cli", "validate", "baseline"),
        "first week": ("-c", FIRST_WEEK),
    }
    with tempfile.TemporaryDirectory() as folder:
        works = {name: functools.partial(run_python, words, folder) for name, words in commands.items()}
        interleaved(works, 1)  # write bytecode
        times = interleaved(works, 3 * rounds, timing.cpu_of_processes)
    ms = {name: 1e3 * median(values) for name, values in times.items()}
    what = "redbead validate baseline, and imports only"
    ratio = timing.ratio(times["validate"], times["imports"])
    yield at_most("o", what, ratio, "times", 2.5, f"{ms['validate']:.0f} and {ms['imports']:.0f} ms")
    yield at_most("p", "redbead run to its first week", 1e-3 * ms["first week"], "s", 1.2, "warm cache")


FIRST_WEEK = """
import os, shutil, tempfile
from redbead.cli import main
from redbead.execution import executors

compiled, folder = executors.compile_kernels, tempfile.mkdtemp()
executors.compile_kernels = lambda: (compiled(), shutil.rmtree(folder), os._exit(0))
main(["run", "baseline", "--runs", "1", "--out", folder + "/run"])
os._exit(1)
"""
"""A command that ends after the week that ``redbead run`` simulates to load the kernels, and fails without this week.

Its folder is new: a folder with results of other sources would end the command before the week.
"""


def run_python(words: tuple[str, ...], bytecode: str) -> None:
    """Run Python in a new process that reads and writes bytecode in a folder."""
    env = dict(os.environ) | {"PYTHONPYCACHEPREFIX": bytecode, "PYTHONPATH": str(ROOT / "model")}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, *words]
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def keyed_random_numbers(rounds: int) -> Iterator[Line]:
    """(i): cost of the generator compared with a cheap hash; for information."""
    from benchmarks.fills import fill_keyed, fill_mixed

    plan, weeks, seed = plan_of(), 20_000, np.uint64(1)
    uniform, spell = np.empty(POSTS), np.zeros(POSTS, dtype=np.int64)

    works = {
        "keyed": lambda: fill_keyed(uniform, spell, seed, weeks),
        "mixed": lambda: fill_mixed(uniform, spell, seed, weeks),
        "run": kernel_runs(plan, 10),
    }
    interleaved(works, 1)  # compile
    times = interleaved(works, rounds)
    keyed, mixed = (1e9 * median(times[name]) / weeks / POSTS for name in ("keyed", "mixed"))
    names = [measure.name for measure in MEASURES]
    live = simulate(plan, 1).weekly[:, 0, names.index("hidden_errors")].mean() / POSTS
    draws = 3 + 2 * live  # three draws per worker, two per live error
    run = 1e9 * median(times["run"]) / 10 / post_weeks(plan)
    detail = f"{keyed:.2f} and {mixed:.2f} ns per draw for {POSTS} workers"
    cost_ratio = timing.ratio(times["keyed"], times["mixed"])
    yield at_most("i", "Threefry compared with a cheap hash", cost_ratio, "times", None, detail)
    saved = draws * (keyed - mixed) / run
    detail = f"about {draws:.0f} draws per post-week; the cheap hash would save {saved:.0%}"
    yield at_most("i", "share of random numbers in a run", 100 * draws * keyed / run, "%", None, detail)


def own_agents(rounds: int) -> Iterator[Line]:
    """(r): ten years with one overridden decision, compared with the compiled run of the same weeks.

    The calls of the decision, with the arguments of the model, are timed alone and subtracted.
    """
    from redbead.engine.mesa_agents import Manager, SocialWorker
    from redbead.engine.mesa_model import ChildrensService

    class Open(SocialWorker):
        def willingness_to_report(self, severity: float = 1.0) -> float:  # noqa: ARG002 - the signature of the decision
            return 1.0

    class Frank(Manager):
        def escalates(self, severity: float = 1.0) -> float:  # noqa: ARG002 - the signature of the decision
            return 1.0

    weeks = 520
    for kind, custom, decision in ((Manager, Frank, "escalates"), (SocialWorker, Open, "willingness_to_report")):
        own, compiled, calls = [], [], []
        for k in range(rounds):
            models = {"own": ChildrensService(baseline(), k, agents={kind: custom})}
            models["compiled"] = ChildrensService(baseline(), k)
            works = {name: functools.partial(model.run_for_weeks, weeks) for name, model in models.items()}
            deciding = models["own"].managers if kind is Manager else models["own"].workers
            works["calls"] = functools.partial(call_each, [getattr(agent, decision) for agent in deciding], weeks)
            times = interleaved(works, 1)
            own += times["own"]
            compiled += times["compiled"]
            calls += times["calls"]
        net = [a - b for a, b in zip(own, calls, strict=True)]
        what = f"ten years with {kind.__name__}.{decision} overridden, compared with the compiled run"
        detail = f"{timing.ratio(own, compiled):.1f} times with the calls of the decision"
        yield at_most("r", what, timing.ratio(net, compiled), "times", 5.0, detail)


def call_each(decisions: list[Callable[[float], float]], weeks: int) -> None:
    """Call every decision for each of the three severities in every week."""
    for _ in range(weeks):
        for decide in decisions:
            for severity in (0.0, 1.0, 2.0):
                decide(severity)


SECTIONS = {
    "a": against_reference,
    "b": against_reference,
    "c": flatness,
    "d": recording,
    "e": threads,
    "f": fixed_cost,
    "g": memory,
    "h": start_up,
    "i": keyed_random_numbers,
    "o": light_start,
    "p": light_start,
    "r": own_agents,
}


def main() -> int:
    """Measure and print all lines; with --strict, return 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description="Measure the speed of the model.")
    parser.add_argument("--quick", action="store_true", help="3 rounds instead of 7")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--strict", action="store_true", help="exit code 1 if a goal is missed")
    parser.add_argument("--only", default=",".join(SECTIONS), help="lines to measure, such as a,c,d")
    args = parser.parse_args()
    keys = [key for key in args.only.split(",") if key]
    if unknown := [key for key in keys if key not in SECTIONS]:
        parser.error(f"unknown lines: {', '.join(unknown)}; choose from {', '.join(SECTIONS)}")
    print("compiling the model if necessary ...", file=sys.stderr, flush=True)
    kernel_runs(plan_of(), 2)()
    lines = []
    for section in dict.fromkeys(SECTIONS[key] for key in keys):
        for line in section(3 if args.quick else 7):
            lines.append(line)
            if not args.json:
                print(line.text().rstrip(), flush=True)
    if args.json:
        print(json.dumps({"machine": timing.machine(), "lines": [line.as_dict() for line in lines]}, indent=2))
    else:
        print(", ".join(f"{name} {value}" for name, value in timing.machine().items()))
    return 1 if args.strict and any(line.verdict == "short of goal" for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
