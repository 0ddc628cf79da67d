/* The loop that interpreters are compared by: 1,000 times 30,000 rounds, so that i * i stays an int. */
int main(void) {
    int s = 0;
    for (int k = 0; k < 1000; k++)
        for (int i = 0; i < 30000; i++) s += i * i % 7;
    return s == 0;
}
