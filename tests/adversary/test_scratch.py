import json, re
from django.test import Client
from ninefold import clock
from ninefold.access.models import *
from ninefold.access.reads import visible_to, audiences_known_to
from ninefold.tracks.models import *
from ninefold.warning.models import *
from ninefold.decisions.models import *
from ninefold.ledger.models import *
from tests.adversary.walking import walk

KEYS=[None,"teya-orvane","daro-helmin","elowa-dosse","velune-sarn","hobren-tolvane"]
def hidden(person, now):
    out={}
    for M,k,f in [(Actor,"tracks:actor","name"),(EarlyWarning,"warning:warning","title"),(Vintage,"warning:vintage",None),(Right,"decisions:right",None)]:
        seen=set(M.objects.filter(visible_to(person,now,k)).values_list("pk",flat=True))
        for o in M.objects.exclude(pk__in=seen):
            out[str(o.pk)]=(k,str(o))
            if f: out[getattr(o,f).shown_to("en").text]=(k,'name')
    known=set(audiences_known_to(person,now).values_list("pk",flat=True)) if person else set()
    for a in Audience.objects.exclude(pk__in=known):
        out[str(a.pk)]=("aud","id"); out[a.name.shown_to("en").text]=("aud","name")
    for p in Person.objects.all():
        if person is None or p.pk!=person.pk:
            out[p.email]=("person","email")
        if person is None:
            out[p.name.shown_to("en").text]=("person","name"); out[str(p.pk)]=("person","id")
    return out

def test_leaks(sample, reader):
    now=clock.now()
    for key in KEYS:
        person=sample.people[key] if key else None
        h=hidden(person,now)
        c=reader(key)
        n=0; st={}
        extra=["/tlog/clear/","/tlog/checkpoint","/ledger/","/access/","/warning/board.json","/warning/panel.csv","/decisions/","/warning/data/","/sources/","/never/"]
        idx=json.loads(c.get("/tlog/clear/").content)["indexes"]
        extra+= [f"/tlog/clear/{i}" for i in idx]
        hits={}
        for path,r in walk(c,"/",*extra):
            n+=1
            st.setdefault(r.status_code,[]).append(path)
            text=b"".join(r.streaming_content).decode("utf8","replace") if r.streaming else r.content.decode("utf8","replace")
            if not r.headers.get("Content-Security-Policy"): print("NOCSP",path)
            cc=r.headers.get("Cache-Control","")
            if not path.startswith("/tlog") and not ("no-store" in cc or "private" in cc): print("CACHE",key,path,cc)
            if key and not path.startswith("/tlog") and "no-store" not in cc: print("CACHE2",key,path,cc)
            for w,why in h.items():
                if w in text: hits.setdefault((w,)+why,[]).append(path)
        print("=====",key,n,{k:(len(v), v[:4] if k!=200 else '') for k,v in st.items()})
        for k,v in hits.items():
            if key and k[1]=="aud" and 0: continue
            print("  HIT",k,len(v),v[:3])
