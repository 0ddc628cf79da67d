/* One list, used three times. */
#define KINDS(X) X(START, "start") X(SAMPLE, "sample") X(STOP, "stop")
#define AS_ENUM(name, text) KIND_##name,
#define AS_TEXT(name, text) [KIND_##name] = text,
enum kind { KINDS(AS_ENUM) KIND_COUNT };
extern const char *const kind_names[KIND_COUNT];
