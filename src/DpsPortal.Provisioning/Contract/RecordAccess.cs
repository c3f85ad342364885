namespace DpsPortal.Provisioning.Contract;

/// <summary>What DPS does with a read or a write of a record at this moment.</summary>
public enum RecordAccess
{
    /// <summary>It is carried out with the keys in memory.</summary>
    Served,

    /// <summary>The vault is asked first, and its answer decides.</summary>
    AskedFirst,

    /// <summary>It is refused without asking the vault; checks alone ask it.</summary>
    Refused,
}
