using System.Collections.Concurrent;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Vaults;

/// <summary>Since when a vault has not been readable, as this process has seen it. In memory: after a restart it begins with the first look.</summary>
internal sealed class VaultWatch(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, (bool Answered, KeyAccessCause Cause, DateTimeOffset Since)> _unread = new(StringComparer.OrdinalIgnoreCase);

    public void Answered(string vault) => _unread.TryRemove(vault, out _);

    public VaultCondition Failed(string vault, VaultFault fault)
    {
        // Silence is one state whatever it looks like; a refusal for another cause is another one.
        var (_, _, since) = _unread.AddOrUpdate(
            vault,
            _ => (fault.Answered, fault.Cause, clock.GetUtcNow()),
            (_, known) => known.Answered == fault.Answered && (!fault.Answered || known.Cause == fault.Cause)
                ? known
                : (fault.Answered, fault.Cause, clock.GetUtcNow()));
        return fault.Answered ? new VaultCondition.Refuses(fault.Cause, fault.Code, since) : new VaultCondition.Silent(fault.Cause, since);
    }
}
