// setjmp() is the machine's own (registers keep what they have, as variables in memory do).
#ifndef _SETJMP_H
#define _SETJMP_H

typedef struct __jmp_buf_tag {
    long __registers[8];
    int __mask_was_saved;
    unsigned long __saved_mask[16];
} jmp_buf[1];
typedef jmp_buf sigjmp_buf;

/// Remembers the signal mask in *buffer where `save` is not 0.
void __save_mask(struct __jmp_buf_tag* buffer, int save);

#define setjmp(buffer) (__save_mask(buffer, 0), (int)__ipclab_setjmp(buffer))
#define _setjmp(buffer) (__save_mask(buffer, 0), (int)__ipclab_setjmp(buffer))
#define sigsetjmp(buffer, save) (__save_mask(buffer, save), (int)__ipclab_setjmp(buffer))
_Noreturn void longjmp(struct __jmp_buf_tag* buffer, int value);
_Noreturn void _longjmp(struct __jmp_buf_tag* buffer, int value);
_Noreturn void siglongjmp(struct __jmp_buf_tag* buffer, int value);

#endif
