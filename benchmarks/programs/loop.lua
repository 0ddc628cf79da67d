-- What loop.c does. Prints the seconds of processor time that it took.
local begin = os.clock()
local s = 0
for k = 1, 1000 do
    for i = 0, 29999 do s = s + i * i % 7 end
end
print(os.clock() - begin)
