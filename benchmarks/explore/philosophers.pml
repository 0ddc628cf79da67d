/* philosophers.c: N philosophers eat once. */
byte forks[N];
byte ended;

proctype philosopher(byte i) {
    byte first, second;
    d_step {
        first = i;
        second = (i + 1) % N;
#ifdef RIGHT
        if
        :: i == N - 1 -> first = second; second = i
        :: else
        fi
#endif
    }
    atomic { forks[first] > 0 -> forks[first]-- }
    atomic { forks[second] > 0 -> forks[second]-- }
    forks[second]++;
    forks[first]++;
    ended++
}

init {
    byte i;
    atomic {
        for (i : 0 .. N - 1) { forks[i] = 1 }
        for (i : 0 .. N - 1) { run philosopher(i) }
    }
    ended == N;
    printf("OUTCOME all have eaten\n")
}
