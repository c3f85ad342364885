using Microsoft.AspNetCore.DataProtection;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>
/// A 1 KiB record through both layers, beside two nested data protectors on the same bytes: what ASP.NET Core offers for the same
/// purpose, in its default configuration, with its key ring in memory.
/// </summary>
internal abstract class ProtectorFigure : RecordFigure
{
    protected override Measured Measure(Layers layers)
    {
        var folder = Directory.CreateTempSubdirectory("dpsportal-protectors-");
        try
        {
            // The key is made at the first use; from then on the ring is held in memory.
            var provider = DataProtectionProvider.Create(folder);
            return Measure(layers, provider.CreateProtector("platform layer"), provider.CreateProtector("customer layer"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    protected abstract Measured Measure(Layers layers, IDataProtector outer, IDataProtector inner);
}

internal sealed class ProtectorEncryption : ProtectorFigure
{
    public override string Name => "record-encrypt-protectors";

    protected override double Least => 8;

    protected override Measured Measure(Layers layers, IDataProtector outer, IDataProtector inner) =>
        Pairs.Throughput(layers.Encrypt, () => outer.Protect(inner.Protect(layers.Content)));
}

internal sealed class ProtectorDecryption : ProtectorFigure
{
    public override string Name => "record-decrypt-protectors";

    protected override double Least => 6;

    protected override Measured Measure(Layers layers, IDataProtector outer, IDataProtector inner)
    {
        var kept = outer.Protect(inner.Protect(layers.Content));
        return Pairs.Throughput(layers.Decrypt, () => inner.Unprotect(outer.Unprotect(kept)));
    }
}
