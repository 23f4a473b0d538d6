import json
import re
import sys

WORDS = re.compile(r"\b(agent|human|person|people|representative|rep|operator|advisor|manager|supervisor|someone|somebody|anyone|staff|real)s?\b", re.I)
for line in sys.stdin:
    row = json.loads(line)
    found = int(bool(WORDS.search(row["text"])))
    print(json.dumps({"id": row["id"], "score": found, "flag": found}))
