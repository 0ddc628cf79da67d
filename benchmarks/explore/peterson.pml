/* peterson.c: two processes add 1 to a shared counter N times each, one at a time. */
bool wants[2];
byte turn;
int counter;
byte ended;

active [2] proctype worker() {
    int i, seen;
    do
    :: i < N ->
        wants[_pid] = true;
        turn = 1 - _pid;
        do
        :: !wants[1 - _pid] -> break
        :: wants[1 - _pid] ->
            if
            :: turn != 1 - _pid -> break
            :: turn == 1 - _pid
            fi
        od;
        seen = counter;
        counter = seen + 1;
        wants[_pid] = false;
        i++
    :: else -> break
    od;
    ended++
}

active proctype parent() {
    ended == 2;
    printf("OUTCOME %d\n", counter)
}
