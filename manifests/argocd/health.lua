-- Health of a DatabaseSchema in Argo CD, from its status alone. The rules, in their order:
--   no status yet, or before status.graceUntil               Healthy
--   failed or refused run, held undo, never converged,
--   drift, no drift check when there should have been one    Degraded, the worst first in the message
--   anything that cannot be read                             Degraded, with what it is
-- Never Progressing: a wave would wait for it. Never an error: one would make the whole application Unknown, and its
-- syncs and rollbacks fail. Argo CD gives no string and no math library, and os only by require.

local function kindOf(value)
  local kind = type(value)
  if kind == "table" then return "a list or an object" end
  return "a " .. kind
end

local function judge(object)
  local problems = {}
  local function problem(text)
    problems[#problems + 1] = text
  end

  -- A field of the wanted type, or nil; of another type it is told and counts as absent.
  local unreadable = nil
  local function field(parent, at, name, wanted)
    local value = parent[name]
    if value == nil or type(value) == wanted then return value end
    unreadable = unreadable or (at .. name .. " is " .. kindOf(value))
    return nil
  end

  local status = field(object, "", "status", "table")
  if status == nil or next(status) == nil then
    if unreadable ~= nil then return "Degraded", "cannot be judged: " .. unreadable end
    return "Healthy", "no report yet: the first drift check writes it"
  end
  if status[1] ~= nil then return "Degraded", "cannot be judged: status is a list" end
  local spec = field(object, "", "spec", "table") or {}

  local now = require("os").time()
  local conditions = {}
  for _, condition in ipairs(field(status, "status.", "conditions", "table") or {}) do
    if type(condition) == "table" and type(condition.type) == "string" then
      conditions[condition.type] = condition
    else
      unreadable = unreadable or "status.conditions holds something that is no condition"
    end
  end

  -- What a condition says, or nil if it does not hold; without a message, its reason.
  local function said(kind, wanted)
    local condition = conditions[kind]
    if condition == nil or condition.status ~= wanted then return nil end
    for _, name in ipairs({ "message", "reason" }) do
      local text = field(condition, "condition " .. kind .. ".", name, "string")
      if text ~= nil and text ~= "" then return text end
    end
    return kind .. " is " .. wanted
  end

  -- Numbers and texts alike, for messages.
  local function shown(value)
    if type(value) == "string" or type(value) == "number" then return tostring(value) end
    return "?"
  end

  local grace = field(status, "status.", "graceUntil", "number")
  local history = field(status, "status.", "history", "table") or {}
  local drift = field(status, "status.", "drift", "table") or {}
  local run = field(status, "status.", "lastRun", "table") or {}
  local held = field(status, "status.", "held", "table") or {}

  local summary = said("Ready", "True") or "nothing to report"
  local at = field(history, "status.history.", "head", "string")
  if history.count == 0 then summary = "no migration applied" end
  if at ~= nil then summary = "at " .. at .. " (" .. shown(history.count) .. " applied)" end
  local checked = field(status, "status.", "checkedAt", "string")
  if drift.count == 0 and checked ~= nil then summary = summary .. ", no drift at " .. checked end

  -- The first objects that differ; without them what else is known.
  local function changesOf(count, reason)
    local names, named = "", 0
    for _, change in ipairs(field(drift, "status.drift.", "changes", "table") or {}) do
      if named < 3 and type(change) == "table" and type(change.object) == "string" then
        names = names .. (named == 0 and "" or ", ") .. change.object .. " " .. shown(change.change)
        named = named + 1
      end
    end
    if named == 0 and count == 0 then return "drift: " .. shown(reason) end
    if named == 0 then return "drift: " .. shown(count) .. " objects" end
    if count > named then names = names .. " and " .. shown(count - named) .. " more" end
    return "drift: " .. names
  end

  if grace ~= nil and now < grace then
    return "Healthy", said("Ready", "False") or summary
  end

  -- A run that failed or was refused. One that was superseded has left the database to a newer one.
  local result = field(run, "status.lastRun.", "result", "string")
  if result == "failed" or result == "refused" then
    local failure = field(run, "status.lastRun.", "error", "table") or {}
    local text = shown(run.job) .. " " .. result
    if type(failure.message) == "string" then text = text .. ": " .. failure.message end
    problem(text)
  end

  -- An undo that waits for a person.
  if next(held) ~= nil then
    local first = held[1]
    if type(first) == "table" then
      local text = "undo of " .. shown(first.id) .. " is held" .. (#held > 1 and " (and " .. (#held - 1) .. " more)" or "")
      if type(first.message) == "string" then text = text .. ": " .. first.message end
      problem(text)
    else
      problem("an undo is held")
      unreadable = unreadable or "status.held is no list of undos"
    end
  elseif result == "held" then
    problem("an undo is held")
  end

  -- The Jobs of this bundle did not end well in time. While they may still be at work, prepare has said until when.
  local wanted = field(field(spec, "spec.", "bundle", "table") or {}, "spec.bundle.", "digest", "string")
  local bundle = field(status, "status.", "bundle", "table") or {}
  local reached = field(bundle, "status.bundle.", "digest", "string")
  if wanted ~= nil and reached ~= nil and wanted ~= reached then
    local awaited = field(bundle, "status.bundle.", "awaited", "table") or {}
    local deadline = field(awaited, "status.bundle.awaited.", "until", "number")
    if awaited.digest ~= wanted or deadline == nil or now >= deadline then
      local head = field(spec.bundle, "spec.bundle.", "head", "string")
      if head ~= nil and at ~= nil and head ~= at then
        problem("never converged: the database is at " .. at .. ", wanted is " .. head)
      else
        problem("never converged: the Jobs of bundle " .. wanted .. " did not end well in time")
      end
    end
  end

  -- Also drift of the history, which has no objects: applied and not in Git, or missing from a restored database.
  local count = field(drift, "status.drift.", "count", "number") or 0
  local told = said("Drifted", "True")
  if told ~= nil or count > 0 then
    local condition = conditions.Drifted or {}
    if told == nil or told == condition.reason then problem(changesOf(count, told)) else problem(told) end
  end

  local stale = field(status, "status.", "staleAfter", "number")
  if stale ~= nil and now >= stale then
    problem("no drift check since " .. (checked or "the last sync"))
  end

  -- What the conditions know and the fields above do not tell. A rollout that is under way is not ready, and well.
  if #problems == 0 then
    local text = said("Stalled", "True")
    if text == nil and said("Reconciling", "True") == nil then text = said("Ready", "False") end
    if text ~= nil then problem(text) end
  end

  if unreadable ~= nil then problem("cannot be judged in full: " .. unreadable) end
  if #problems > 2 then return "Degraded", problems[1] .. "; " .. problems[2] .. "; and " .. (#problems - 2) .. " more" end
  if #problems > 0 then return "Degraded", table.concat(problems, "; ") end
  return "Healthy", said("Reconciling", "True") or summary
end

local fine, status, message = pcall(judge, obj)
if not fine then
  return { status = "Degraded", message = "cannot be judged: " .. tostring(status) }
end
return { status = status, message = message }
