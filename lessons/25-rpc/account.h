/* What client and server have agreed on, in the RPC language (RFC 5531, 12) and then in C:

       struct order { string owner<32>; int amount; };
       union outcome switch (bool is_done) { case TRUE: int balance; case FALSE: void; };
       program ACCOUNT {
           version ACCOUNT_1 {
               void    NONE(void) = 0;              does nothing: "are you there?" (RFC 5531, 12.1)
               outcome BALANCE(string<32>) = 1;
               outcome WITHDRAW(order) = 2;
               outcome DEPOSIT(order) = 3;
               void    STOP(void) = 4;              ends the server
           } = 1;
       } = 0x20000001;                              from 0x20000000 on everybody may choose (RFC 5531, 13)

   rpcgen(1) would make the functions of client.c and server.c from this. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

enum { ACCOUNT = 0x20000001, ACCOUNT_1 = 1, OWNER_BYTES = 32 };
enum procedure { NONE, BALANCE, WITHDRAW, DEPOSIT, STOP };

#endif
