"""Twenty edits of Lua's garbage collector: every node that an edit does not touch keeps its id.

The file is indexed after each edit, as `scope index` does it. An edit names what it touches: pairs of
a function and a piece of text that the names of the changed nodes hold.

usage: edits_test.py [unittest options]
"""
import json
import pathlib
import shutil
import unittest

import harness

ROOT = pathlib.Path(__file__).parents[2]
FIRST = "static GCObject **getgclist (GCObject *o) {\n"
# (what stands there, what stands there afterwards, what is touched)
EDITS = [
    ("/*\n", "/*\n** One more line on top.\n", ()),
    (FIRST, "static int added (int n) {\n  int m = n + 1;\n  return m * 2;\n}\n\n" + FIRST, ()),
    ("      Udata *u = gco2u(o);\n", "      Udata *u =\n          gco2u(o);  /* broken */\n", ()),
    ("  *pnext = *list;\n", "  *pnext = *list;  /* a comment */\n\n", ()),
    ("  if (o == NULL) return 0;  /*", "  if (g == NULL) return 7;\n  if (o == NULL) return 0;  /*", ()),
    ("static void clearkey (Node *n) {\n", "static void clearkey (Node *n) {\n  int seen = 0;\n"
     "  while (seen < 3) seen += 1;\n", ()),
    ("  g->fixedgc = o;\n}", "  g->fixedgc = o;\n  if (o->next == NULL) g->gcstp |= 64;\n}", ()),
    ("g->strt.size / 4", "g->strt.size / 8",
     (("checkSizes", "g->strt.size / 8"), ("checkSizes", "g->strt.size / 4"))),
    ("      l_mem olddebt = g->GCdebt;\n", "      l_mem olddebt = g->GCdebt + 1;\n",
     (("checkSizes", "olddebt"),)),
    ("#define PAUSEADJ\t\t100\n", "#define PAUSEADJ\t\t100\n#define UNUSEDMACRO 1\n", ()),
    ("    int oldgcstp  = g->gcstp;\n", "    int oldgcstp  = g->gcstp;\n    const int other = 4;\n"
     "    (void)other;\n", ()),
    ("    g->gcstp = oldgcstp;", "    g->gcstp = oldgcstp + 0;", (("GCTM", "g->gcstp"),)),
    ("  for (i = 0; i < n && g->tobefnz; i++)\n    GCTM(L);  /*",
     "  for (i = 0; i < n && g->tobefnz; i++) {\n    GCTM(L);\n  }  /*", ()),
    ("static void callallpendingfinalizers", "static int unused_one;\n\nstatic void "
     "callallpendingfinalizers", ()),
    ("  while (*p != NULL)\n    p = &(*p)->next;", "  while (NULL != *p)\n    p = &(*p)->next;",
     (("findlast", "*p"), ("findlast", "NULL"))),
    ("static void deletelist (lua_State *L, GCObject *p, GCObject *limit) {",
     "static void deletelist (lua_State *L, GCObject *p,\n                        GCObject *limit) {", ()),
    ("    GCObject *next = p->next;\n    freeobj(L, p);\n",
     "    GCObject *next = p->next;\n    { int nothing = 0; (void)nothing; }\n    freeobj(L, p);\n", ()),
    ("  luaC_changemode(L, KGC_INC);\n  separatetobefnz",
     "  luaC_changemode(L, KGC_INC);\n  g->gckind = KGC_INC;\n  separatetobefnz", ()),
    ("  lu_mem work = 0;\n", "  lu_mem work = 0;\n  lu_mem extra = 5;\n  (void)extra;\n", ()),
    ("  lua_assert(g->sweepgc == NULL);\n  g->sweepgc", "  g->sweepgc", ()),
]


class EditsTest(harness.ScopeTest):
    def nodes(self):
        harness.run(harness.SCOPE, "index", "-p", self.folder)
        out = harness.run(harness.SCOPE, "nodes", self.folder / "scope-index", "--json").stdout
        return {node["id"]: node for node in map(json.loads, out.splitlines())}

    def test_untouched_nodes_keep_their_ids(self):
        self.assertEqual(len(EDITS), 20)
        lua = pathlib.Path(harness.run(ROOT / "tools/fetch-source", "lua5.4").stdout.decode().strip())
        shutil.copytree(lua / "src", self.folder / "src")
        # Debian's build makes this header.
        self.write("src/lua5.4-deb-multiarch.h", "")
        source = self.folder / "src/lgc.c"
        self.write("compile_commands.json", json.dumps([
            {"directory": str(self.folder / "src"), "file": "lgc.c",
             "arguments": ["clang-19", "-std=gnu99", "-DLUA_COMPAT_5_3", "-c", "lgc.c"]}]))
        text, before = source.read_text(), self.nodes()
        self.assertGreater(len(before), 800)
        kept = 0
        for place, instead, touched in EDITS:
            self.assertIn(place, text)
            text = text.replace(place, instead, 1)
            source.write_text(text)
            after = self.nodes()
            for lost in before.keys() - after.keys():
                node = before[lost]
                self.assertTrue(any(node["function"] == function and piece in node["name"]
                                    for function, piece in touched), (instead, node))
            kept += len(before.keys() & after.keys())
            before = after
        print(f"20 edits: {kept} times a node kept its id, no untouched one lost it")


if __name__ == "__main__":
    unittest.main()
