"""Dump what the site answers now into tests/architecture/routes.csv; keep `why`; print the differences."""
import csv, pytest
from tests.architecture import test_routes as t
from tests.architecture.routes import address, all_routes, ask, client_for
from tests.architecture.world import ROLES, build
pytestmark=[pytest.mark.django_db, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"), pytest.mark.filterwarnings("ignore")]
def test_regen():
    world=build(); old=list(csv.DictReader(open(t.POLICY,encoding='utf-8',newline='')))
    routes={r.pattern:r for r in all_routes()}
    seen=set(); out=[]; diffs=[]
    clients={role:client_for(world.people[role]) for role in ROLES}
    def line(route, method, why):
        url=address(route,world)
        if not method:
            method="POST" if ask(clients["admin"],"GET",url)=="405" else "GET"
        return {"pattern":route.pattern,"method":method,**{r:ask(clients[r],method,url) for r in ROLES},"why":why}
    for row in old:
        if row["pattern"] in seen or row["pattern"] not in routes:
            diffs.append("GONE/DUP "+row["pattern"]); continue
        seen.add(row["pattern"])
        new=line(routes[row["pattern"]],row["method"],row["why"])
        d={r:(row[r],new[r]) for r in ROLES if row[r]!=new[r]}
        if d: diffs.append(f"CHANGED {row['pattern']} {row['method']} "+str({k:f'{a}->{b}' for k,(a,b) in d.items()}))
        out.append(new)
    for p,r in routes.items():
        if p not in seen:
            new=line(r,"",""); out.append(new); diffs.append("NEW "+",".join(new.values()))
    with open(t.POLICY,'w',encoding='utf-8',newline='') as f:
        w=csv.DictWriter(f,t.COLUMNS,lineterminator="\n"); w.writeheader(); w.writerows(out)
    open('/tmp/routes.diff','w').write("\n".join(diffs)+"\n")
