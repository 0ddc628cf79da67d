// What a program asks the system for and may not get (vm::Request): true where a schedule says so.
#ifndef _BITS_REQUEST_H
#define _BITS_REQUEST_H

#define IS_MEMORY_REFUSED __ipclab_fails(0)
#define IS_TASK_REFUSED __ipclab_fails(1)

#endif
