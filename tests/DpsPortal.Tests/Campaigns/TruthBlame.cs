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
    private readonly HashSet<string> _versionsHere = [];
    private Dictionary<string, bool?> _unwraps = [];
    private long _seen;

    /// <summary>What unwrapping came to after the last step.</summary>
    public IReadOnlyDictionary<string, bool?> Unwraps => _unwraps;

    /// <summary>The last who changed roles while those take time.</summary>
    public string LastOfRoles { get; set; } = Outside;

    public void MadeHere(string version) => _versionsHere.Add(version);

    public async Task BeginAsync()
    {
        _unwraps = await subject.World.UnwrapAllAsync();
        _seen = (await subject.World.Portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(), null, 1, CancellationToken.None)).Select(entry => entry.Sequence).FirstOrDefault();
    }

    public async Task NoteAsync(string actor)
    {
        var after = await subject.World.UnwrapAllAsync();
        if (actor != Nobody)
        {
            foreach (var (instance, works) in after)
            {
                if (works is { } now && (_unwraps.GetValueOrDefault(instance) != now || !now))
                {
                    Doers(instance, lost: !now).Add(actor);
                }
            }
        }

        _unwraps = after.ToDictionary(pair => pair.Key, pair => pair.Value ?? _unwraps.GetValueOrDefault(pair.Key));
        await CompareAsync();
    }

    private HashSet<string> Doers(string instance, bool lost)
    {
        if (!_doers.TryGetValue((instance, lost), out var doers))
        {
            _doers[(instance, lost)] = doers = [];
        }

        return doers;
    }

    private async Task CompareAsync()
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
                $"blame: {(lost ? "lost" : "regained")} {(named == Outside ? "outside" : "by an operation")}, done {(doers.Contains(Outside) ? "outside" : "here")}",
                () => $"{entry.Code} of {entry.Subject} names {named}; it was {string.Join(" or ", doers)}");
        }

        Doers(entry.Subject, lost: !lost).Clear();
    }
}
