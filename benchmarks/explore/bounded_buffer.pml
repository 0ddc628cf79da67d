/* bounded_buffer.c: two producers of N items each, a buffer of two places, two consumers. */
byte places = 2, items = 0, lock = 1;
byte buffer[2], in, out;
byte taken[2];
byte ended;

inline down(s) { atomic { s > 0 -> s-- } }

proctype producer(byte item) {
    byte i;
    do
    :: i < N ->
        down(places);
        down(lock);
        buffer[in] = item;
        in = (in + 1) % 2;
        lock++;
        items++;
        i++
    :: else -> break
    od;
    ended++
}

proctype consumer(byte me) {
    byte i, seen;
    do
    :: i < N ->
        down(items);
        down(lock);
        seen = taken[me];
        taken[me] = seen + buffer[out];
        out = (out + 1) % 2;
        lock++;
        places++;
        i++
    :: else -> break
    od;
    ended++
}

init {
    atomic { run producer(1); run producer(2); run consumer(0); run consumer(1) }
    ended == 4;
    printf("OUTCOME %d\n", taken[0])
}
