using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace DpsPortal.Provisioning.Storage;

/// <summary>For <c>dotnet ef migrations add</c>; opens nothing.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<DpsDbContext>
{
    public DpsDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<DpsDbContext>().UseSqlite("Data Source=design-time.db").Options);
}
