// stdin, stdout and stderr, and the list of open streams.
#include <bits/file.h>

static unsigned char input_buffer[8192], output_buffer[8192];

static FILE standard_input = {.line_end = -1,
                              .flags = F_STATIC | F_NO_WRITE,
                              .fd = 0,
                              .spare = input_buffer,
                              .offset = -1,
                              .put = __stdio_put};
static FILE standard_output = {.line_end = -1,
                               .flags = F_STATIC | F_NO_READ,
                               .fd = 1,
                               .spare = output_buffer,
                               .offset = -1,
                               .put = __stdio_put,
                               .next = &standard_input};
static FILE standard_error = {.line_end = -1,
                              .flags = F_STATIC | F_NO_READ | F_UNBUFFERED,
                              .fd = 2,
                              .offset = -1,
                              .put = __stdio_put,
                              .next = &standard_output};

FILE* stdin = &standard_input;
FILE* stdout = &standard_output;
FILE* stderr = &standard_error;
FILE* __open_streams = &standard_error;
