using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Reencrypting;
using MudBlazor;

namespace DpsPortal.Common;

/// <summary>Tone and icon of every state; the words come from the resources.</summary>
public readonly record struct Look(Tone Tone, string Icon)
{
    public static Look Of(KeyAccess access) => access switch
    {
        KeyAccess.Accessible => new(Tone.Good, Icons.Material.Outlined.CheckCircle),
        KeyAccess.Degraded => new(Tone.Warning, Icons.Material.Outlined.RunningWithErrors),
        KeyAccess.Unavailable => new(Tone.Warning, Icons.Material.Outlined.CloudOff),
        KeyAccess.Misconfigured => new(Tone.Bad, Icons.Material.Outlined.BuildCircle),
        KeyAccess.NotVerified => new(Tone.Neutral, Icons.Material.Outlined.HelpOutline),
        _ => new(Tone.Bad, Icons.Material.Outlined.Block),
    };

    /// <summary>An outage is a warning while it is served, and no longer.</summary>
    public static Look Of(KeyAccessStatus status, DateTimeOffset now) =>
        status.Access == KeyAccess.Unavailable && status.RecordsAt(now) == RecordAccess.Refused
            ? Of(status.Access) with { Tone = Tone.Bad }
            : Of(status.Access);

    /// <summary>Of several in the same state: one outage whose lease has ended is not hidden by another that is still served.</summary>
    public static Look Worst(IEnumerable<KeyAccessStatus> statuses, DateTimeOffset now) =>
        statuses.Select(status => Of(status, now)).OrderByDescending(look => look.Tone == Tone.Bad).First();

    public static Look Of(KeyAvailability availability) => availability switch
    {
        KeyAvailability.Enabled => new(Tone.Good, Icons.Material.Outlined.CheckCircle),
        KeyAvailability.NotYetValid => new(Tone.Warning, Icons.Material.Outlined.Schedule),
        KeyAvailability.Expired => new(Tone.Warning, Icons.Material.Outlined.RunningWithErrors),
        KeyAvailability.Disabled => new(Tone.Neutral, Icons.Material.Outlined.PauseCircle),
        _ => new(Tone.Bad, Icons.Material.Outlined.DeleteOutline),
    };

    public static Look Of(KeyVersionUse use) => use switch
    {
        KeyVersionUse.Current => new(Tone.Info, Icons.Material.Outlined.Key),
        KeyVersionUse.Retiring => new(Tone.Warning, Icons.Material.Outlined.HourglassBottom),
        KeyVersionUse.Unknown => new(Tone.Warning, Icons.Material.Outlined.HelpOutline),
        _ => new(Tone.Neutral, Icons.Material.Outlined.RadioButtonUnchecked),
    };

    public static Look Of(VersionDrift drift) => drift switch
    {
        VersionDrift.None => new(Tone.Good, Icons.Material.Outlined.CheckCircle),
        VersionDrift.NotKnown => new(Tone.Neutral, Icons.Material.Outlined.HelpOutline),
        VersionDrift.PinnedBehind => new(Tone.Warning, Icons.Material.Outlined.PushPin),
        _ => new(Tone.Warning, Icons.Material.Outlined.Update),
    };

    public static Look Of(OperationState state) => state switch
    {
        OperationState.Running => new(Tone.Info, Icons.Material.Outlined.Autorenew),
        OperationState.Waiting => new(Tone.Warning, Icons.Material.Outlined.HourglassTop),
        OperationState.Succeeded => new(Tone.Good, Icons.Material.Outlined.CheckCircle),
        OperationState.Unconfirmed => new(Tone.Warning, Icons.Material.Outlined.HelpOutline),
        OperationState.Partial => new(Tone.Warning, Icons.Material.Outlined.RuleFolder),
        _ => new(Tone.Bad, Icons.Material.Outlined.ErrorOutline),
    };

    public static Look Of(ReencryptionState state) => state switch
    {
        ReencryptionState.Running => new(Tone.Info, Icons.Material.Outlined.Autorenew),
        ReencryptionState.Waiting => new(Tone.Warning, Icons.Material.Outlined.HourglassTop),
        ReencryptionState.Finished => new(Tone.Good, Icons.Material.Outlined.CheckCircle),
        _ => new(Tone.Neutral, Icons.Material.Outlined.RadioButtonUnchecked),
    };

    public static Look Of(StepState state) => state switch
    {
        StepState.Pending => new(Tone.Neutral, Icons.Material.Outlined.RadioButtonUnchecked),
        StepState.Running => new(Tone.Info, Icons.Material.Outlined.Autorenew),
        StepState.Done => new(Tone.Good, Icons.Material.Outlined.CheckCircle),
        _ => new(Tone.Bad, Icons.Material.Outlined.ErrorOutline),
    };

    public static Look Of(CheckResult result) => result switch
    {
        CheckResult.Passed => new(Tone.Good, Icons.Material.Outlined.CheckCircle),
        CheckResult.Failed => new(Tone.Bad, Icons.Material.Outlined.ErrorOutline),
        _ => new(Tone.Neutral, Icons.Material.Outlined.RadioButtonUnchecked),
    };

    public static Look Of(ActivityResult result) => result switch
    {
        ActivityResult.Intent => new(Tone.Neutral, Icons.Material.Outlined.PlayCircle),
        ActivityResult.Succeeded => new(Tone.Good, Icons.Material.Outlined.CheckCircle),
        ActivityResult.Refused => new(Tone.Warning, Icons.Material.Outlined.Block),
        ActivityResult.Failed => new(Tone.Bad, Icons.Material.Outlined.ErrorOutline),
        ActivityResult.Partial or ActivityResult.Unconfirmed => new(Tone.Warning, Icons.Material.Outlined.ReportProblem),
        _ => new(Tone.Info, Icons.Material.Outlined.Visibility),
    };

    /// <param name="status">Of a record, as DPS stores it.</param>
    public static Look OfRecord(string status) => status switch
    {
        "enabled" or "assigned" => new(Tone.Good, Icons.Material.Outlined.CheckCircle),
        "assigning" => new(Tone.Info, Icons.Material.Outlined.Autorenew),
        "failed" or RecordSummary.UnreadableStatus => new(Tone.Bad, Icons.Material.Outlined.ErrorOutline),
        _ => new(Tone.Neutral, Icons.Material.Outlined.PauseCircle),
    };

    public static Look Of(Tone tone) => new(tone, tone switch
    {
        Tone.Good => Icons.Material.Outlined.CheckCircle,
        Tone.Info => Icons.Material.Outlined.Info,
        Tone.Warning => Icons.Material.Outlined.WarningAmber,
        Tone.Bad => Icons.Material.Outlined.ErrorOutline,
        _ => Icons.Material.Outlined.Circle,
    });
}
