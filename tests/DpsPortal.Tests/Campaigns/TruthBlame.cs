using DpsPortal.Services.Audit;
using DpsPortal.Tests.Services;

namespace DpsPortal.Tests.Campaigns;

/// <summary>
/// Who took access away and who gave it back, as the vault shows it after every step, beside what the activity log says of it. Where
/// several did so before DPS noticed, any of them may be named.
/// </summary>
internal sealed class TruthBlame(TruthSubject subject)
{
    public const string Nobody = "";
    public const string Outside = "outside";

    private readonly Dictionary<(string Instance, bool Lost), HashSet<string>> _doers = [];
    private readonly Dictionary<string, HashSet<string>> _ofRoles = [];
    private readonly HashSet<string> _versionsHere = [];
    private Dictionary<string, bool> _unwraps = [];
    private long _seen;

    /// <summary>What unwrapping came to after the last step.</summary>
    public IReadOnlyDictionary<string, bool> Unwraps => _unwraps;

    /// <summary>Whoever changed roles while those took time.</summary>
    public const string OfRoles = "of roles";

    public bool IsMadeHere(string version) => _versionsHere.Contains(version);

    public void MadeHere(string version) => _versionsHere.Add(version);

    public async Task BeginAsync()
    {
        _unwraps = await subject.World.WouldUnwrapAllAsync();
        _seen = (await subject.World.Portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(), null, 1, CancellationToken.None))
            .Select(entry => entry.Sequence)
            .FirstOrDefault();
    }

    /// <summary>What identities may do changed by this actor; what comes of it may come later.</summary>
    public void RolesChanged(string principal, string actor)
    {
        if (!_ofRoles.TryGetValue(principal, out var actors))
        {
            _ofRoles[principal] = actors = [];
        }

        actors.Add(actor);
    }

    /// <summary>Every change of roles before has had its effect.</summary>
    public void RolesHaveSettled() => _ofRoles.Clear();

    public async Task NoteAsync(string actor)
    {
        var after = await subject.World.WouldUnwrapAllAsync();
        foreach (var (instance, works) in after.Where(_ => actor != Nobody))
        {
            // An operation that comes second may be what DPS notices it by.
            if (_unwraps.GetValueOrDefault(instance) != works || !works || Guid.TryParse(actor, out var _))
            {
                Doers(instance, lost: !works).UnionWith(actor == OfRoles ? OfRolesOf(instance) : [actor]);
            }
        }

        _unwraps = after;
        await CompareAsync();

        // What an operation opened again was lost by nobody, and a loss that comes later is another one. Of what others opened and took again
        // the vault shows nothing to the portal.
        foreach (var instance in after.Where(one => one.Value && Guid.TryParse(actor, out _)).Select(one => one.Key))
        {
            Doers(instance, lost: true).Clear();
        }
    }

    private HashSet<string> OfRolesOf(string instance) =>
        subject.World.Instances.FirstOrDefault(one => one.Name == instance) is { } found && _ofRoles.TryGetValue(found.PrincipalId, out var actors)
            ? actors
            : [];

    private HashSet<string> Doers(string instance, bool lost)
    {
        if (!_doers.TryGetValue((instance, lost), out var doers))
        {
            _doers[(instance, lost)] = doers = [];
        }

        return doers;
    }

    public async Task CompareAsync()
    {
        var entries = await subject.World.Portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(), null, 60, CancellationToken.None);
        foreach (var entry in entries.Where(entry => entry.Sequence > _seen).OrderBy(entry => entry.Sequence))
        {
            _seen = entry.Sequence;
            if (subject.World.Instances.Any(instance => instance.Name == entry.Subject))
            {
                Compare(entry);
            }
        }
    }

    private void Compare(ActivityEntry entry)
    {
        switch (entry.Code)
        {
            case ActivityCodes.AccessLost or ActivityCodes.AccessLostOutside:
                Compare(entry, lost: true);
                break;
            case ActivityCodes.AccessRegained or ActivityCodes.AccessRegainedOutside:
                Compare(entry, lost: false);
                break;
            case ActivityCodes.VersionPickedUp:
                subject.Claim(!_versionsHere.Contains(entry.Arguments[1]), "blame: made elsewhere, made here", () => $"{entry.Subject}: {entry.Arguments[1]}");
                break;
        }
    }

    private void Compare(ActivityEntry entry, bool lost)
    {
        var doers = Doers(entry.Subject, lost);
        var named = entry.Operation?.ToString() ?? (entry.Code.EndsWith("Outside", StringComparison.Ordinal) ? Outside : Nobody);
        if (doers.Count > 0 && named != Nobody)
        {
            subject.Claim(
                doers.Contains(named),
                $"blame: {(lost ? "lost" : "regained")} {(named == Outside ? "outside" : "by an operation")}, done " +
                $"{(doers.Contains(Outside) ? "outside" : "here")}",
                () => $"{entry.Code} of {entry.Subject} names {named}; it was {string.Join(" or ", doers)}");
        }

        Doers(entry.Subject, lost: !lost).Clear();
    }
}
