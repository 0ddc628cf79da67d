-- What sum.c does.
local numbers = {}
local s = 0
for k = 0, 999 do
    for i = 1, 10000 do numbers[i] = i + k end
    for i = 1, 10000 do s = s + numbers[i] end
end
