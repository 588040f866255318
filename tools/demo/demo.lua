-- What the demo runs in an instrumented Lua: work for the interpreter and its garbage collector.

local function queens(n)
  local columns, up, down, found = {}, {}, {}, 0
  local function place(row)
    if row > n then found = found + 1 return end
    for column = 1, n do
      if not (columns[column] or up[row + column] or down[row - column]) then
        columns[column], up[row + column], down[row - column] = true, true, true
        place(row + 1)
        columns[column], up[row + column], down[row - column] = nil, nil, nil
      end
    end
  end
  place(1)
  return found
end

local function words(count)
  local seen, list = {}, {}
  for i = 1, count do
    local word = string.format("w%03d", (i * 7919) % 613)
    if not seen[word] then
      seen[word] = true
      list[#list + 1] = word
    end
  end
  table.sort(list)
  return #list, list[1], list[#list]
end

local function generations(count)
  local weak, kept = setmetatable({}, { __mode = "v" }), {}
  for i = 1, count do
    local record = { id = i, text = ("x"):rep(i % 97) }
    weak[i % 1000] = record
    if i % 2500 == 0 then kept[#kept + 1] = record end
  end
  collectgarbage()
  local alive = 0
  for _ in pairs(weak) do alive = alive + 1 end
  return #kept, alive
end

local numbers = coroutine.wrap(function()
  local a, b = 0, 1
  while true do
    coroutine.yield(a)
    a, b = b, a + b
  end
end)

print("queens(8)", queens(8))
print("words", words(100000))
print("kept, alive", generations(200000))
local fib = {}
for i = 1, 20 do fib[i] = numbers() end
print("fibonacci", table.concat(fib, " "))
print("error", pcall(error, "caught"))
print("sum", (function(...) local s = 0 for _, v in ipairs { ... } do s = s + v end return s end)(1, 2, 3.5))
