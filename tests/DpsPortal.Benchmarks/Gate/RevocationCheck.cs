using DpsPortal.Provisioning.Enrollments;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>
/// What looking whether the key may be used costs, beside a read of a record of 1 KiB, in which it is contained: entering, looking
/// again after the use, leaving. The ratio is that of the times, so of the rates turned round.
/// </summary>
internal sealed class RevocationCheck : GateFigure
{
    public override string Name => "revocation-check";

    public override string Target => "≤ 0.02";

    public override bool Passes(double ratio) => ratio <= 0.02;

    public override async Task<Measured> MeasureAsync()
    {
        await using var store = await StoreBesidePlain.StartAsync();
        var records = StoreBesidePlain.Records(0, 4096);
        await store.ImportAsync(records);
        var at = 0;
        var measured = Pairs.Throughput(() => store.Read(records[at = (at + 1) % records.Length].RegistrationId), () => Check(store));
        return measured with { Ours = measured.Limit, Limit = measured.Ours };
    }

    private static void Check(StoreBesidePlain store)
    {
        var entering = RecordSession.EnterAsync(store.Loaded, default);
        if (!entering.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("The vault was asked.");
        }

        var (session, denial) = entering.Result;
        using (session)
        {
            if ((denial ?? session.Denial) is { } denied)
            {
                throw new InvalidOperationException($"Denied: {denied}");
            }
        }
    }
}
