#!/usr/bin/env bash
# PyVRP, VROOM, OR-Tools: a travel time with a fraction is cut, or makes the whole tour free
#
# Libraries: pyvrp 0.14.1, pyvroom 1.15.2, ortools 9.15.6755 (PyPI).
#
# Expected: Python callers hand over minutes or a value with a fraction, as any routing service returns them. A solver
#   of whole numbers rounds, or refuses: OR-Tools' own RegisterTransitMatrix and pyvroom's TimeWindow do.
# What their documents say: PyVRP's and OR-Tools' signatures say int; pyvroom's set_durations_matrix asks for "a
#   square matrix". What a float does is not said.
# What happens, on a tour of four legs of 19.9 minutes (79.6), without an error:
#   OR-Tools, transit callback    0: a float from the callback counts as nothing, so every order of visits is best.
#   PyVRP                         76: each leg is cut to 19. A prize of 0.9 is 0: nothing speaks for the client.
#   VROOM                         76: each leg is cut to 19. A priority of 5.9 is 5.
# Why it matters: the day is promised to be shorter than the roads allow, by up to a minute a leg; with OR-Tools the
#   plan is a random one that looks solved.
# Instead: use seconds, and int(round(x)) on every number that goes in.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyvrp==0.14.1 pyvroom==1.15.2 ortools==9.15.6755

cat > probe.py <<'PY'
import numpy, pyvrp, vroom
from ortools.constraint_solver import pywrapcp
from pyvrp.stop import MaxIterations

LEG, STOPS = 19.9, 4

def by_ortools(leg):
    manager = pywrapcp.RoutingIndexManager(STOPS, 1, 0)
    routing = pywrapcp.RoutingModel(manager)
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitCallback(lambda a, b: 0 if a == b else leg))
    return routing.Solve().ObjectiveValue()

def by_pyvrp(leg, **client):
    model = pyvrp.Model()
    places = [model.add_location(x, 0) for x in range(STOPS)]
    depot = model.add_depot(places[0])
    model.add_vehicle_type(1, start_depot=depot, end_depot=depot)
    for place in places[1:]:
        model.add_client(place, **client)
    for a in places:
        for b in places:
            if a is not b:
                model.add_edge(a, b, distance=leg)
    best = model.solve(MaxIterations(50), display=False).best
    return best.distance(), best.num_clients()

def by_vroom(leg):
    problem = vroom.Input()
    problem.set_durations_matrix(profile="car", matrix_input=numpy.full((STOPS, STOPS), leg) * (1 - numpy.eye(STOPS)))
    problem.add_vehicle(vroom.Vehicle(1, start=0, end=0))
    problem.add_job([vroom.Job(n, location=n) for n in range(1, STOPS)])
    return problem.solve(exploration_level=1, nb_threads=1).summary.cost

print(f"OR-Tools: {by_ortools(20)} with legs of 20, {by_ortools(LEG)} with legs of {LEG}")
print(f"PyVRP: {by_pyvrp(20)[0]} with legs of 20, {by_pyvrp(LEG)[0]} with legs of {LEG}")
for prize in (1, 0.9):
    print(f"PyVRP: {by_pyvrp(0, required=False, prize=prize)[1]} of 3 clients on the way visited for a prize of {prize}")
print(f"VROOM: {by_vroom(20)} with legs of 20, {by_vroom(LEG)} with legs of {LEG}")
print(f"VROOM: priority 5.9 is {vroom.Job(1, location=0, priority=5.9).priority}")
PY
venv/bin/python probe.py | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
OR-Tools: 80 with legs of 20, 0 with legs of 19.9
PyVRP: 80 with legs of 20, 76 with legs of 19.9
PyVRP: 3 of 3 clients on the way visited for a prize of 1
PyVRP: 1 of 3 clients on the way visited for a prize of 0.9
VROOM: 80 with legs of 20, 76 with legs of 19.9
VROOM: priority 5.9 is 5
WANT
echo "as described"
