-- What loop.c does.
local s = 0
for k = 1, 1000 do
    for i = 0, 29999 do s = s + i * i % 7 end
end
