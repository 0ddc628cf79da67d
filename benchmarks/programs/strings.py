# What strings.c does.
def main():
    words = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "behind", "the", "barn"]
    s = 0
    for k in range(100000):
        line = ""
        for w in range(12):
            line += words[w]
            line += " "
        s += len(line)
main()
