"""`make bench`: each benchmark prints its table and writes its figures as JSON into `results/`."""

from tests.benchmarks import compiled, engine, lighthouse, other_browsers, playground, soak, start
from tests.benchmarks.table import report

report("engine", engine.figures())
report("compiled", compiled.figures())
report("start", start.figures())
report("other browsers", other_browsers.figures())
report("playground", playground.figures())
report("soak", soak.figures())
report("lighthouse", lighthouse.figures())
