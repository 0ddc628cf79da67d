-- What calls.c does. Prints the seconds of processor time that it took.
local function fib(n)
    if n < 2 then return n end
    return fib(n - 1) + fib(n - 2)
end
local begin = os.clock()
fib(30)
print(os.clock() - begin)
