-- What strings.c does.
local words = {"the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "behind", "the", "barn"}
local s = 0
for k = 1, 100000 do
    local line = ""
    for w = 1, 12 do
        line = line .. words[w]
        line = line .. " "
    end
    s = s + #line
end
