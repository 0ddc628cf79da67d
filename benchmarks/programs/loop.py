# What loop.c does.
def main():
    s = 0
    for k in range(1000):
        for i in range(30000):
            s += i * i % 7
main()
