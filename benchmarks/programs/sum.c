/* An array of 10,000 numbers, filled and summed 1,000 times. */
static int numbers[10000];

int main(void) {
    long s = 0;
    for (int k = 0; k < 1000; k++) {
        for (int i = 0; i < 10000; i++) numbers[i] = i + k;
        for (int i = 0; i < 10000; i++) s += numbers[i];
    }
    return s == 0;
}
