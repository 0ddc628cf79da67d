/* Text set in lines of a width, left, right and centred, with the widths given to printf(). */
#include <stdio.h>
#include <string.h>

static void line(const char *text, int length, int width, char how) {
    int left = how == 'l' ? 0 : how == 'r' ? width - length : (width - length) / 2;
    printf("|%*s%.*s%*s|\n", left, "", length, text, width - length - left, "");
}

static void fill(const char *text, int width, char how) {
    while (*text) {
        int length = 0, best = 0;
        while (text[length] && length <= width) {
            length++;
            if (text[length] == ' ' || text[length] == '\0') {
                if (length <= width) best = length;
            }
        }
        if (best == 0) best = length > width ? width : length;
        line(text, best, width, how);
        text += best;
        while (*text == ' ') text++;
    }
}

int main(void) {
    static const char text[] = "A pipe has a read end and a write end; whoever closes neither waits for ever, incomprehensibly.";
    static const int widths[] = {20, 12, 31};
    for (int i = 0; i < 3; i++) fill(text, widths[i], "lrc"[i]);
    return 0;
}
