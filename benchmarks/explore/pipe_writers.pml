/* pipe_writers.c: two processes write N bytes each into a pipe; a reader takes all. The bytes read are one number in base 3. */
chan bytes = [2 * N] of { byte };
byte ended;

proctype writer(byte what) {
    byte i;
    do
    :: i < N -> bytes ! what; i++
    :: else -> break
    od;
    ended++
}

init {
    int text;
    byte got;
    atomic { run writer(1); run writer(2) }
    do
    :: bytes ? got -> text = text * 3 + got
    :: ended == 2 && empty(bytes) -> break
    od;
    printf("OUTCOME %d\n", text)
}
