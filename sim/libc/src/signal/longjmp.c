// The half of setjmp() that the machine does not do: the signal mask of sigsetjmp().
#include <bits/syscall.h>
#include <setjmp.h>

void __save_mask(struct __jmp_buf_tag* buffer, int save) {
    buffer->__mask_was_saved = save && RAW4(SYS_rt_sigprocmask, 0, 0, buffer->__saved_mask, 8) == 0;
}

_Noreturn void siglongjmp(struct __jmp_buf_tag* buffer, int value) {
    if (buffer->__mask_was_saved) RAW4(SYS_rt_sigprocmask, 2, buffer->__saved_mask, 0, 8);
    __ipclab_longjmp(buffer, value ? value : 1);
    __builtin_unreachable();
}

_Noreturn void longjmp(struct __jmp_buf_tag* buffer, int value) {
    siglongjmp(buffer, value);
}

_Noreturn void _longjmp(struct __jmp_buf_tag* buffer, int value) {
    siglongjmp(buffer, value);
}
