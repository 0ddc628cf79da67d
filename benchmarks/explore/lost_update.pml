/* lost_update.c: P processes that add 1 to a shared counter N times each. */
int counter;
byte ended;

active [P] proctype worker() {
    int i, seen;
    do
    :: i < N -> seen = counter; counter = seen + 1; i++
    :: else -> break
    od;
    ended++
}

active proctype parent() {
    ended == P;
    printf("OUTCOME %d\n", counter)
}
