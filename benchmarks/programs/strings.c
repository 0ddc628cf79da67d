/* 100,000 lines, each put together of twelve words. */
#include <string.h>

static const char *words[12] = {"the", "quick", "brown", "fox",    "jumps", "over",
                                "a",   "lazy",  "dog",   "behind", "the",   "barn"};

int main(void) {
    char line[128];
    long s = 0;
    for (int k = 0; k < 100000; k++) {
        line[0] = '\0';
        for (int w = 0; w < 12; w++) {
            strcat(line, words[w]);
            strcat(line, " ");
        }
        s += strlen(line);
    }
    return s == 0;
}
