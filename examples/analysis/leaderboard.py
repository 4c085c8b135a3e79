"""Print a lab's leaderboard as a table. Python's standard library is enough.

    python3 examples/analysis/leaderboard.py            # the lab `demo` of a local server
    STOCKPOT_API=https://soups.example.org STOCKPOT_TOKEN=... python3 examples/analysis/leaderboard.py my-lab
"""

import json
import os
import sys
import urllib.request

QUERY = """
query Leaderboard($lab: String!, $after: String) {
  leaderboard(lab: $lab, first: 100, after: $after) {
    columns { name role n }
    edges { node { rank model { name kind } scores { top1 low high spent } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


def ask(query, variables):
    """One GraphQL request; an error of the server becomes a sentence and exit code 1."""
    headers = {"content-type": "application/json"}
    if "STOCKPOT_TOKEN" in os.environ:
        headers["authorization"] = "Bearer " + os.environ["STOCKPOT_TOKEN"]
    address = os.environ.get("STOCKPOT_API", "http://127.0.0.1:4000") + "/graphql"
    body = json.dumps({"query": query, "variables": variables}).encode()
    with urllib.request.urlopen(urllib.request.Request(address, body, headers)) as response:
        answer = json.load(response)
    if "errors" in answer:
        sys.exit(answer["errors"][0]["message"])
    return answer["data"]


def pages(lab):
    """The columns, then every row of the leaderboard, page by page."""
    after, rows = None, []
    while True:
        board = ask(QUERY, {"lab": lab, "after": after})["leaderboard"]
        rows += [edge["node"] for edge in board["edges"]]
        after = board["pageInfo"]["endCursor"]
        if not board["pageInfo"]["hasNextPage"]:
            return board["columns"], rows


def cell(score):
    if score is None:
        return "-"
    interval = f"{score['top1']:.2%} [{score['low']:.2%}, {score['high']:.2%}]"
    return interval + (" chosen on" if score["spent"] else "")


columns, rows = pages(sys.argv[1] if len(sys.argv) > 1 else "demo")
table = [["rank", "model", "kind"] + [f"{c['name']} ({c['role'].lower()}, n={c['n']})" for c in columns]]
for row in rows:
    scores = [cell(score) for score in row["scores"]]
    table.append([str(row["rank"] or ""), row["model"]["name"], row["model"]["kind"].lower()] + scores)
widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
for line in table:
    print("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip())
