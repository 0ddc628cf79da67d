# What sum.c does.
def main():
    numbers = [0] * 10000
    s = 0
    for k in range(1000):
        for i in range(10000):
            numbers[i] = i + k
        for i in range(10000):
            s += numbers[i]
main()
