// The process entry on real x86-64: the kernel puts argc, argv and envp on the stack.
void _start(long argc, char** argv, char** envp);

__asm__(
    ".text\n"
    ".globl native_start\n"
    "native_start:\n"
    "  xor %ebp, %ebp\n  mov (%rsp), %rdi\n  lea 8(%rsp), %rsi\n  lea 16(%rsp,%rdi,8), %rdx\n"
    "  and $-16, %rsp\n  call _start\n  hlt\n");
