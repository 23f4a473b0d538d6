import json
import sys

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

analyzer = SentimentIntensityAnalyzer()
for line in sys.stdin:
    row = json.loads(line)
    score = -analyzer.polarity_scores(row["text"])["compound"]
    print(json.dumps({"id": row["id"], "score": score, "level": int(score > 0.05)}))
