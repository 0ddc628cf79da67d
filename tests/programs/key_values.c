/* A configuration: sections, keys, values, comments; defaults, and errors with their line. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct settings {
    int port, verbose;
    double timeout;
    char name[20];
};

static char *trim(char *text) {
    while (isspace((unsigned char)*text)) text++;
    char *end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1])) *--end = '\0';
    return text;
}

static int read_settings(FILE *in, struct settings *settings) {
    char line[100], section[20] = "";
    int errors = 0;
    for (int number = 1; fgets(line, sizeof line, in); number++) {
        line[strcspn(line, "#;")] = '\0';
        char *text = trim(line), *equals = strchr(text, '=');
        if (*text == '\0') continue;
        if (sscanf(text, "[%19[^]]]", section) == 1) continue;
        if (!equals) {
            printf("line %d: '%s' has no value\n", number, text);
            errors++;
            continue;
        }
        *equals = '\0';
        char key[64];
        snprintf(key, sizeof key, "%.20s.%.30s", section, trim(text));
        char *value = trim(equals + 1);
        if (strcmp(key, "net.port") == 0)
            settings->port = atoi(value);
        else if (strcmp(key, "net.timeout") == 0)
            settings->timeout = strtod(value, NULL);
        else if (strcmp(key, "log.verbose") == 0)
            settings->verbose = strcmp(value, "yes") == 0;
        else if (strcmp(key, "log.name") == 0)
            snprintf(settings->name, sizeof settings->name, "%s", value);
        else
            errors += printf("line %d: %s is unknown\n", number, key) > 0;
    }
    return errors;
}

int main(void) {
    const char *path = "/tmp/key_values.conf";
    FILE *file = fopen(path, "w+");
    if (!file) return 1;
    fputs("# settings\n[net]\nport = 8080\n timeout=2.5 ; seconds\n\n[log]\nverbose = yes\nname =  a log  \nlevel = 3\nnonsense\n", file);
    rewind(file);
    struct settings settings = {.port = 80, .timeout = 1, .name = "none"};
    int errors = read_settings(file, &settings);
    fclose(file);
    unlink(path);
    printf("%d %g %d [%s], %d errors\n", settings.port, settings.timeout, settings.verbose, settings.name, errors);
    return 0;
}
